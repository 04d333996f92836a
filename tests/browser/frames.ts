import type { Page } from 'playwright-core';

/**
 * Pixels beside the frames of a figure's plots, at the height of each, that are not of the page's ground: what runs out of
 * a frame. Between the frame and the labels of its y axis there are four pixels of ground, and at its other side more.
 */
export async function pixelsBesideFrames(page: Page, figure: string): Promise<number> {
  // The page's contents lie over what is scrolled below them.
  await page.evaluate(`document.querySelector('nav').style.position = 'static'`);
  const live = page.locator(`${figure} .live`);
  const picture = (await live.screenshot()).toString('base64');
  // The browser itself reads the picture: its policy allows images of data.
  return page.evaluate<number>(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${picture}';
    await image.decode();
    const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const live = document.querySelector('${figure} .live').getBoundingClientRect();
    const ground = context.getImageData(1, 1, 1, 1).data;
    const frames = [...document.querySelectorAll('${figure} .live .mark-group.role-scope > g > .background')];
    let strange = 0;
    for (const frame of frames) {
      const { left, right, top, height } = frame.getBoundingClientRect();
      for (const [from, width] of [[Math.ceil(left) - 3, 2], [Math.ceil(right) + 2, 5]]) {
        const { data } = context.getImageData(from - Math.round(live.left), Math.ceil(top - live.top) + 2, width, Math.floor(height) - 4);
        for (let i = 0; i < data.length; i += 4)
          if ([0, 1, 2].some((channel) => Math.abs(data[i + channel] - ground[channel]) > 12)) strange += 1;
      }
    }
    return frames.length === 0 ? -1 : strange;
  })()`);
}

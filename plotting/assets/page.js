// Draws each figure anew from its specification, so that it fits the window and answers the pointer.
// Without this script, and on paper, the drawn SVG stands in its place.
'use strict';
(() => {
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.setAttribute('role', 'tooltip');
  tip.hidden = true;
  document.body.append(tip);

  // Values are names and figures of the run: text, never markup.
  function showTip(_handler, event, _item, value) {
    tip.hidden = value === null || value === undefined || value === '';
    if (tip.hidden) return;
    const rows = typeof value === 'object' ? Object.entries(value) : [['', value]];
    tip.replaceChildren(
      ...rows.map(([name, text]) => {
        const row = document.createElement('div');
        const key = document.createElement('span');
        key.textContent = name;
        row.append(key, String(text));
        return row;
      }),
    );
    const room = 14;
    const left = Math.min(event.clientX + room, innerWidth - tip.offsetWidth - room);
    const below = event.clientY + room + tip.offsetHeight < innerHeight;
    tip.style.left = `${Math.max(room, left)}px`;
    tip.style.top = `${below ? event.clientY + room : event.clientY - room - tip.offsetHeight}px`;
  }

  async function draw(figure) {
    const drawn = figure.querySelector('.drawn');
    const live = figure.querySelector('.live');
    const spec = JSON.parse(figure.querySelector('.spec').textContent);
    const view = new vega.View(vega.parse(spec), {
      renderer: 'svg',
      container: live,
      hover: true,
      loader: Object.assign(vega.loader(), { load: () => Promise.reject(new Error('pictures load nothing')) }),
    });
    view.tooltip(showTip);
    live.hidden = false;
    drawn.classList.add('replaced');
    await view.runAsync();

    // Views below each other share the top one's width. Axis labels and legends change theirs with the room they get, so
    // the figure is measured again after each change.
    async function fit() {
      for (let pass = 0; pass < 4; pass += 1) {
        const room = figure.clientWidth;
        if (room === 0) return;
        const beside = live.querySelector('svg').clientWidth - view.width();
        const width = Math.max(120, Math.floor(Math.min(980, room) - beside));
        if (width === view.width()) return;
        await view.width(width).runAsync();
      }
    }
    await fit();
    new ResizeObserver(() => fit()).observe(figure);
    live.dataset.ready = 'true';
  }

  for (const figure of document.querySelectorAll('.figure')) {
    draw(figure).catch((error) => {
      figure.querySelector('.live').hidden = true;
      figure.querySelector('.drawn').classList.remove('replaced');
      reportError(error);
    });
  }
})();

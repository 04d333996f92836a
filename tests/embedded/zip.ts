export { zipOf } from '../../deployer/zip.js';

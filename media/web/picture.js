/* SPDX-License-Identifier: MIT */
/*
 * Pixels to the text of a code, and texts to pixels.  Two of three pictures
 * pass a 3x3 box filter, the third is read as it is: noise goes, and small
 * modules are not lost for good.
 */
const SMALL_DOTS = 3, LEAST_DOTS = 1.5, DARK_LIGHT = 60, READ_MS = 40;

function luma(rgba, out) {
	for (let i = 0, p = 0; i < out.length; i++, p += 4)
		out[i] = rgba[p] * 77 + rgba[p + 1] * 150 + rgba[p + 2] * 29 >> 8;
	return out;
}

/* The mean of each pixel and its neighbours; edges stay. */
function box(grey, width, height) {
	const sums = new Uint16Array(grey.length);
	const out = Uint8Array.from(grey);
	for (let i = width; i < grey.length - width; i++)
		sums[i] = grey[i - width] + grey[i] + grey[i + width];
	for (let y = 1; y < height - 1; y++)
		for (let i = y * width + 1; i < (y + 1) * width - 1; i++)
			out[i] = (sums[i - 1] + sums[i] + sums[i + 1]) / 9;
	return out;
}

/* The light of all but the lightest hundredth. */
function light(grey) {
	const step = Math.max(1, grey.length >> 14);
	const some = [];
	for (let i = 0; i < grey.length; i += step)
		some.push(grey[i]);
	some.sort((a, b) => a - b);
	return some[some.length * 0.99 | 0];
}

class Reader {
	constructor() {
		this.turn = 0;
		this.scanner = null;
	}
	/* {text, hint}; text null: no code that can be read, and why. */
	read(rgba, width, height) {
		const raw = this.turn++ % 3 === 2;
		return this.readOnce(rgba, width, height, raw);
	}
	/* A still picture gets both. */
	readStill(rgba, width, height) {
		const found = this.readOnce(rgba, width, height, true);
		return found.text !== null ? found :
		    this.readOnce(rgba, width, height, false);
	}
	readOnce(rgba, width, height, raw) {
		const grey = luma(rgba, new Uint8Array(width * height));
		const seen = raw ? grey : box(grey, width, height);
		if (this.scanner === null || this.width !== width ||
		    this.height !== height) {
			this.width = width;
			this.height = height;
			this.scanner = new QR._QRScanner({ format: 'I420',
				timeLimit: READ_MS, maxSize: { width, height },
				textDecoder: latin,
				pointsOnDetect: p => {
					this.dots = dotsOf(p);
				} });
		}
		this.dots = 0;
		let result;
		try {
			/* A tight plane of grey; colour is ignored. */
			const plane = new Uint8Array(width * height +
			    2 * (width + 1 >> 1) * (height + 1 >> 1));
			plane.set(seen);
			this.scanner.addImage({ width, height, data: plane }, 'I420');
			result = this.scanner.decode()[0];
		} catch (e) {
			result = e;
		}
		this.scanner.clean();
		const text = typeof result === 'string' ? result : null;
		return { text, hint: text !== null ? null :
		    hintOf(this.dots, light(grey)) };
	}
}

/* Pixels a module, if these are the corners of a code; 0: of noise. */
function dotsOf(points) {
	const sizes = [points.tl, points.tr, points.bl].map(f => f.moduleSize);
	const least = Math.min(...sizes), most = Math.max(...sizes);
	const side = points.boundingBox.width / least;
	return least >= LEAST_DOTS && most < 1.3 * least && side > 20 &&
	    side < 190 ? least : 0;
}

/* Why nothing was read: the id of a sentence and its values. */
function hintOf(dots, lightest) {
	if (lightest < DARK_LIGHT)
		return { id: 'qr.dark', values: {} };
	if (dots > 0 && dots < SMALL_DOTS)
		return { id: 'qr.small', values: { dots: dots.toFixed(1) } };
	return { id: 'qr.none', values: {} };
}

/* Modules of a text; quiet zone of four; version 0: the smallest. */
function modules(text, version, bytes) {
	return QR.encodeQR(text, 'raw', { ecc: 'low', border: 4,
		encoding: bytes ? 'byte' : 'alphanumeric',
		version: version || undefined });
}

/* Onto a canvas, as many whole pixels a module as there is room for. */
function paint(canvas, rows, room) {
	const side = rows.length;
	const dots = Math.max(1, Math.floor(room / side));
	const ctx = canvas.getContext('2d');
	canvas.width = canvas.height = side * dots;
	ctx.fillStyle = '#fff';
	ctx.fillRect(0, 0, canvas.width, canvas.height);
	ctx.fillStyle = '#000';
	rows.forEach((row, y) => row.forEach((dark, x) => {
		if (dark)
			ctx.fillRect(x * dots, y * dots, dots, dots);
	}));
}

/* SPDX-License-Identifier: MIT */
/*
 * The format CQ1 (docs/frames.5): frames, the sender, and the receiver, which
 * never mixes frames of two objects and gives out a payload only when its id,
 * made again, is the one on its frames.
 */
const TYPES = ['any', 'csr', 'certificate', 'chain', 'crl', 'text'];
const PREFIX = 'CQ1:', OVER = 20, HEADER = 16;
const SYMBOL_MIN = 16, SYMBOL_MAX = 2000, SYMBOLS_MAX = 1024;
const PAYLOAD_MAX = 1 << 20, FRAME_TEXT_MAX = 3100, PEM_MAX = 4400;
const VERSION_LEAST = 3, VERSION_MOST = 40;
const OTHERS = 3, QUIET_MS = 2000;

/* What is refused: the id of its sentence, and the values in it. */
class Refused extends Error {
	constructor(id, values) {
		super(id);
		this.id = id;
		this.values = values || {};
	}
}
const typeLabel = type => ({ label: 'qr.is-' + TYPES[type] });

const GF_EXP = new Uint8Array(510), GF_LOG = new Uint8Array(256);
for (let i = 0, x = 1; i < 255; i++) {
	GF_EXP[i] = GF_EXP[i + 255] = x;
	GF_LOG[x] = i;
	x = x << 1 ^ (x & 0x80 ? 0x11d : 0);
}

/* to += c * from; to *= c. */
function gfAdd(to, from, c, at) {
	if (c === 0)
		return;
	const log = GF_LOG[c];
	for (let i = at; i < to.length; i++)
		if (from[i] !== 0)
			to[i] ^= GF_EXP[log + GF_LOG[from[i]]];
}
function gfScale(to, c) {
	const log = GF_LOG[c];
	for (let i = 0; i < to.length; i++)
		if (to[i] !== 0)
			to[i] = GF_EXP[log + GF_LOG[to[i]]];
}

function frameId(type, payload) {
	const all = new Uint8Array(8 + payload.length);
	all.set([0x43, 0x51, 0x31, type]); /* CQ1 */
	new DataView(all.buffer).setUint32(4, payload.length);
	all.set(payload, 8);
	return sha256(all).slice(0, 8);
}

function coefficients(id, seq, k) {
	const c = new Uint8Array(k);
	let s = new DataView(id.buffer, id.byteOffset).getUint32(0) ^
	    Math.imul(seq, 0x9e3779b1);
	for (let i = 0, z = 0; i < k; i++, z >>>= 8) {
		if (i % 4 === 0) {
			s = s + 0x9e3779b9 | 0;
			z = Math.imul(s ^ s >>> 16, 0x85ebca6b);
			z = Math.imul(z ^ z >>> 13, 0xc2b2ae35);
			z ^= z >>> 16;
		}
		c[i] = z;
	}
	return c;
}

function frameFormat(f) {
	const bytes = new Uint8Array(OVER + f.symbol.length);
	const view = new DataView(bytes.buffer);
	bytes.set([1, f.type]);
	bytes.set(f.id, 2);
	bytes.set([f.len >> 16, f.len >> 8, f.len], 10);
	bytes.set([f.seq >> 16, f.seq >> 8, f.seq], 13);
	bytes.set(f.symbol, HEADER);
	view.setUint32(bytes.length - 4, crc32(bytes.subarray(0, -4)));
	return PREFIX + base45Encode(bytes);
}

function frameParse(text) {
	const bad = what => new Refused('qr.form', { what });
	if (text.length > FRAME_TEXT_MAX || !text.startsWith(PREFIX))
		throw bad('prefix');
	const b = base45Decode(text.slice(PREFIX.length));
	if (b === null)
		throw bad('characters');
	const t = b.length - OVER;
	if (t < SYMBOL_MIN || t > SYMBOL_MAX || t % 2 !== 0)
		throw bad('length');
	if (new DataView(b.buffer).getUint32(b.length - 4) !==
	    crc32(b.subarray(0, -4)))
		throw bad('checksum');
	if (b[0] !== 1)
		throw bad('version');
	if (b[1] < 1 || b[1] >= TYPES.length)
		throw bad('type');
	const read24 = at => b[at] << 16 | b[at + 1] << 8 | b[at + 2];
	const f = { type: b[1], id: b.slice(2, 10), len: read24(10),
		seq: read24(13), t, symbol: b.slice(HEADER, HEADER + t) };
	if (f.len === 0 || f.len > PAYLOAD_MAX || f.len > SYMBOLS_MAX * t)
		throw bad('size');
	f.k = Math.ceil(f.len / t);
	return f;
}

/* Characters of a symbol, alphanumeric, level L; then the largest T. */
function characters(version) {
	const words = QR._BYTES[version - 1] -
	    QR._WORDS_PER_BLOCK.low[version - 1] *
	    QR._ECC_BLOCKS.low[version - 1];
	const bits = words * 8 - 4 - (version < 10 ? 9 : version < 27 ? 11 : 13);
	return (bits / 11 | 0) * 2 + (bits % 11 >= 6 ? 1 : 0);
}
function symbolBytes(version) {
	const chars = characters(version) - PREFIX.length;
	const bytes = (chars / 3 | 0) * 2 + (chars % 3 === 2 ? 1 : 0) - OVER;
	return Math.min(bytes - bytes % 2, SYMBOL_MAX);
}

/* Payload to frames for symbols of `version`, or of the next that will do. */
class Sender {
	constructor(type, payload, version) {
		const most = Math.min(PAYLOAD_MAX,
		    symbolBytes(VERSION_MOST) * SYMBOLS_MAX);
		if (payload.length === 0)
			throw new Refused('qr.empty');
		if (payload.length > most)
			throw new Refused('qr.large',
			    { bytes: payload.length, most });
		while (payload.length > symbolBytes(version) * SYMBOLS_MAX)
			version++;
		const k = Math.ceil(payload.length / symbolBytes(version));
		this.t = Math.ceil(payload.length / k);
		this.t = Math.max(this.t + this.t % 2, SYMBOL_MIN);
		this.k = Math.ceil(payload.length / this.t);
		this.version = VERSION_LEAST;
		while (symbolBytes(this.version) < this.t)
			this.version++;
		this.type = type;
		this.len = payload.length;
		this.id = frameId(type, payload);
		this.bytes = new Uint8Array(this.k * this.t);
		this.bytes.set(payload);
	}
	text(seq) {
		const part = i =>
		    this.bytes.subarray(i * this.t, (i + 1) * this.t);
		let symbol = new Uint8Array(this.t);
		seq &= 0xffffff;
		if (seq < this.k)
			symbol = part(seq);
		else
			coefficients(this.id, seq, this.k).forEach(
			    (c, i) => gfAdd(symbol, part(i), c, 0));
		return frameFormat({ type: this.type, id: this.id,
			len: this.len, seq, symbol });
	}
}

/* k unknown symbols from sums of them; row p has zeros before column p. */
class Solve {
	constructor(k, t) {
		this.k = k;
		this.t = t;
		this.rank = 0;
		this.rows = new Array(k).fill(null);
	}
	add(row) {
		for (let p = 0; p < this.k; p++) {
			if (row[p] === 0)
				continue;
			if (this.rows[p] !== null) {
				gfAdd(row, this.rows[p], row[p], p);
				continue;
			}
			gfScale(row, GF_EXP[255 - GF_LOG[row[p]]]);
			this.rows[p] = row;
			this.rank++;
			return true;
		}
		return false;
	}
	finish() {
		const out = new Uint8Array(this.k * this.t);
		const part = i => out.subarray(i * this.t, (i + 1) * this.t);
		for (let p = this.k - 1; p >= 0; p--) {
			part(p).set(this.rows[p].subarray(this.k));
			for (let q = p + 1; q < this.k; q++)
				gfAdd(part(p), part(q), this.rows[p][q], 0);
		}
		return out;
	}
}

const PEM_TYPE = { 'CERTIFICATE REQUEST': 1, 'NEW CERTIFICATE REQUEST': 1,
	'CERTIFICATE': 2, 'X509 CRL': 4 };

/* PEM of one object or of certificates: {type, payload}; null: neither. */
function pemObject(text) {
	const blocks = pemDecode(text);
	let type = 0;
	for (const b of blocks || [{ label: '' }]) {
		const one = Object.hasOwn(PEM_TYPE, b.label) ?
		    PEM_TYPE[b.label] : 0;
		if (one === 0 || type !== 0 &&
		    (one !== 2 || type !== 2 && type !== 3))
			return null;
		type = type === 0 ? one : 3;
	}
	if (type === 0)
		return null;
	return { type, payload: joined(blocks.map(b => b.bytes)) };
}

function joined(parts) {
	const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
	let at = 0;
	for (const p of parts) {
		out.set(p, at);
		at += p.length;
	}
	return out;
}

/* Texts of codes to a payload.  `want`: the one type that is taken, 0 all. */
class Receiver {
	constructor(want) {
		this.want = want;
		this.good = this.again = this.foreign = this.bad = 0;
		this.forget();
	}
	/* Also the answer to 'switch' that is yes. */
	forget() {
		this.key = this.solve = this.payload = this.other = null;
		this.others = 0;
		this.seen = 0;
	}
	get rank() {
		return this.payload ? this.key.k : this.solve ? this.solve.rank : 0;
	}
	/*
	 * What one code said, at this moment in milliseconds: 'more', 'again',
	 * 'other', 'switch' (people are asked which) or 'done'; or Refused.
	 */
	take(text, now) {
		if (text.startsWith('-----BEGIN '))
			return this.takePem(text, now);
		let f;
		try {
			f = frameParse(text);
		} catch (e) {
			this.bad++;
			throw e;
		}
		return this.takeFrame(f, now);
	}
	takePem(text, now) {
		const o = text.length <= PEM_MAX ? pemObject(text) : null;
		if (o === null) {
			this.bad++;
			throw new Refused('qr.form', { what: 'PEM' });
		}
		const t = SYMBOL_MAX, len = o.payload.length;
		const k = Math.ceil(len / t);
		const id = frameId(o.type, o.payload);
		let news = 'again';
		for (let seq = 0; seq < k; seq++) {
			const symbol = new Uint8Array(t);
			symbol.set(o.payload.subarray(seq * t, (seq + 1) * t));
			news = this.takeFrame({ type: o.type, id, len, seq, t,
				symbol, k }, now);
		}
		return news;
	}
	takeFrame(f, now) {
		const welcome = this.want === 0 || this.want === f.type;
		const ours = g => g.type === f.type && g.len === f.len &&
		    g.t === f.t && same(g.id, f.id);
		if (this.key !== null && !ours(this.key)) {
			this.foreign++;
			return welcome ? this.stranger(f, ours, now) : 'other';
		}
		if (!welcome) {
			this.bad++;
			throw new Refused('qr.type', { found: typeLabel(f.type),
				wanted: typeLabel(this.want) });
		}
		if (this.key === null) {
			this.key = f;
			this.solve = new Solve(f.k, f.t);
		}
		this.seen = now;
		this.others = 0;
		this.other = null;
		if (this.payload !== null || !this.add(f)) {
			this.again++;
			return this.payload !== null ? 'done' : 'again';
		}
		this.good++;
		if (this.solve.rank < f.k)
			return 'more';
		this.finish();
		return 'done';
	}
	stranger(f, ours, now) {
		if (this.other === null || !ours(this.other)) {
			this.other = f;
			this.others = 0;
		}
		this.others++;
		return this.others >= OTHERS && now - this.seen >= QUIET_MS ?
		    'switch' : 'other';
	}
	add(f) {
		const row = new Uint8Array(f.k + f.t);
		if (f.seq < f.k)
			row[f.seq] = 1;
		else
			row.set(coefficients(f.id, f.seq, f.k));
		row.set(f.symbol, f.k);
		return this.solve.add(row);
	}
	finish() {
		const all = this.solve.finish(), key = this.key;
		const payload = all.slice(0, key.len);
		if (all.subarray(key.len).some(b => b !== 0) ||
		    !same(frameId(key.type, payload), key.id)) {
			this.forget();
			this.bad++;
			throw new Refused('qr.mismatch');
		}
		this.solve = null;
		this.payload = payload;
	}
}

/* The codes of a text, one a line; blocks of PEM are one code. */
function frameLines(text) {
	const out = [];
	const lines = text.split('\n');
	for (let i = 0; i < lines.length; i++) {
		let line = lines[i].replace(/\r$/, '');
		if (line.startsWith('-----BEGIN ')) {
			let inside = true, end = i;
			for (let at = i + 1; at < lines.length; at++) {
				if (inside && lines[at].startsWith('-----END ')) {
					inside = false;
					end = at;
				} else if (!inside &&
				    lines[at].startsWith('-----BEGIN ')) {
					inside = true;
				} else if (!inside) {
					break;
				}
			}
			if (inside && end === i)
				end = lines.length - 1;
			line = lines.slice(i, end + 1).join('\n') + '\n';
			i = end;
		}
		if (line !== '' && !line.startsWith('#'))
			out.push(line);
	}
	return out;
}

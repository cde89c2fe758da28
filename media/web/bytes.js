/* SPDX-License-Identifier: MIT */
/*
 * Bytes: Base45 (RFC 9285), CRC-32, SHA-256, Base64 and PEM, PGP words.
 * What a decoder takes is what its encoder would have written.
 */
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:';

function base45Encode(bytes) {
	let out = '';
	let i = 0;
	for (; i + 2 <= bytes.length; i += 2) {
		const n = bytes[i] << 8 | bytes[i + 1];
		out += ALPHABET[n % 45] + ALPHABET[(n / 45 | 0) % 45] +
		    ALPHABET[n / 2025 | 0];
	}
	if (i < bytes.length)
		out += ALPHABET[bytes[i] % 45] + ALPHABET[bytes[i] / 45 | 0];
	return out;
}

/* null: not Base45. */
function base45Decode(text) {
	if (text.length % 3 === 1)
		return null;
	const out = new Uint8Array((text.length / 3 | 0) * 2 +
	    (text.length % 3 === 2 ? 1 : 0));
	let at = 0;
	for (let i = 0; i < text.length; i += 3) {
		const n = Math.min(3, text.length - i);
		let v = 0;
		for (let k = n - 1; k >= 0; k--) {
			const digit = ALPHABET.indexOf(text[i + k]);
			if (digit < 0)
				return null;
			v = v * 45 + digit;
		}
		if (v > (n === 3 ? 0xffff : 0xff))
			return null;
		if (n === 3)
			out[at++] = v >> 8;
		out[at++] = v & 0xff;
	}
	return out;
}

const CRC_TABLE = new Uint32Array(256).map((_, n) => {
	for (let bit = 0; bit < 8; bit++)
		n = n & 1 ? n >>> 1 ^ 0xedb88320 : n >>> 1;
	return n;
});

function crc32(bytes) {
	let crc = 0xffffffff;
	for (const b of bytes)
		crc = crc >>> 8 ^ CRC_TABLE[(crc ^ b) & 0xff];
	return ~crc >>> 0;
}

/* FIPS 180-4.  The constants are roots of the first primes. */
const SHA_K = [], SHA_H = [];
for (let n = 2; SHA_K.length < 64; n++) {
	let prime = true;
	for (let d = 2; d * d <= n; d++)
		prime = prime && n % d !== 0;
	const fraction = x => (x - Math.floor(x)) * 0x100000000 | 0;
	if (prime && SHA_H.length < 8)
		SHA_H.push(fraction(Math.sqrt(n)));
	if (prime)
		SHA_K.push(fraction(Math.cbrt(n)));
}

function shaBlock(h, view, at) {
	const w = new Int32Array(64);
	const turn = (x, n) => x >>> n | x << 32 - n;
	for (let i = 0; i < 16; i++)
		w[i] = view.getInt32(at + 4 * i);
	for (let i = 16; i < 64; i++) {
		const a = w[i - 15], b = w[i - 2];
		w[i] = w[i - 16] + w[i - 7] +
		    (turn(a, 7) ^ turn(a, 18) ^ a >>> 3) +
		    (turn(b, 17) ^ turn(b, 19) ^ b >>> 10);
	}
	const s = Int32Array.from(h);
	for (let i = 0; i < 64; i++) {
		const [a, b, c, , e, f, g] = s;
		const t1 = s[7] + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) +
		    (e & f ^ ~e & g) + SHA_K[i] + w[i];
		const t2 = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) +
		    (a & b ^ a & c ^ b & c);
		s.copyWithin(1, 0, 7);
		s[4] += t1;
		s[0] = t1 + t2;
	}
	for (let i = 0; i < 8; i++)
		h[i] += s[i];
}

function sha256(bytes) {
	const padded = new Uint8Array((bytes.length + 8 >> 6) + 1 << 6);
	const view = new DataView(padded.buffer);
	const h = Int32Array.from(SHA_H);
	padded.set(bytes);
	padded[bytes.length] = 0x80;
	view.setUint32(padded.length - 8, bytes.length / 0x20000000);
	view.setUint32(padded.length - 4, bytes.length << 3);
	for (let at = 0; at < padded.length; at += 64)
		shaBlock(h, view, at);
	const out = new DataView(new ArrayBuffer(32));
	h.forEach((x, i) => out.setInt32(4 * i, x));
	return new Uint8Array(out.buffer);
}

function hex(bytes) {
	return Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('');
}

function same(a, b) {
	return a.length === b.length && a.every((x, i) => x === b[i]);
}

/* Words of bytes, the first at place `at`: even and odd places differ. */
function words(bytes, at) {
	return Array.from(bytes, (b, i) => WORDS[b][(at + i) % 2]).join(' ');
}

/* Text of ASCII characters, for bytes that need not be any. */
function latin(bytes) {
	let out = '';
	for (let i = 0; i < bytes.length; i += 8192)
		out += String.fromCharCode(...bytes.subarray(i, i + 8192));
	return out;
}

function pemEncode(label, bytes) {
	const body = btoa(latin(bytes)).replace(/.{64}(?=.)/g, '$&\n');
	return `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
}

/*
 * The blocks of a text, {label, bytes}; what stands between them says
 * nothing.  null: a block that is none.
 */
function pemDecode(text) {
	const blocks = [];
	const lines = text.split(/\r?\n/);
	for (let i = 0; i < lines.length; i++) {
		const begin = /^-----BEGIN ([A-Z0-9 ]{1,63})-----$/.exec(lines[i]);
		let body = '';
		if (begin === null)
			continue;
		for (i++; i < lines.length && !lines[i].startsWith('-'); i++)
			body += lines[i].trim();
		if (lines[i] !== `-----END ${begin[1]}-----` ||
		    !/^[A-Za-z0-9+/]+={0,2}$/.test(body) ||
		    body.length % 4 !== 0)
			return null;
		const raw = atob(body);
		if (btoa(raw) !== body)
			return null;
		blocks.push({ label: begin[1],
			bytes: Uint8Array.from(raw, c => c.charCodeAt(0)) });
	}
	return blocks;
}

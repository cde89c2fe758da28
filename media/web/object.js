/* SPDX-License-Identifier: MIT */
/*
 * What a file is, and whether what came is what its type says: DER to its
 * last byte and of the outline of a request, certificate or CRL; text that
 * can be shown.  Signatures are not checked here, and the page says so.
 */
const DER_DEPTH = 24;
const SEQ = 0x30, INT = 0x02, BITS = 0x03;

/* The element at b[at..end): {tag, from, to}; null: none that is DER. */
function derAt(b, at, end) {
	if (end - at < 2 || (b[at] & 0x1f) === 0x1f)
		return null;
	let from = at + 2, len = b[at + 1];
	if (len > 0x80) {
		const n = len & 0x7f;
		if (n > 3 || from + n > end || b[from] === 0)
			return null;
		len = 0;
		for (let i = 0; i < n; i++)
			len = len << 8 | b[from++];
		if (len < 0x80)
			return null;
	} else if (len === 0x80) {
		return null;
	}
	return from + len > end ? null :
	    { tag: b[at], at, from, to: from + len };
}

/* The elements of b[at..end), no byte left over; null: not DER. */
function derList(b, at, end) {
	const out = [];
	while (at < end) {
		const d = derAt(b, at, end);
		if (d === null)
			return null;
		out.push(d);
		at = d.to;
	}
	return out;
}

/* All constructed elements, with a list of what is still to be looked at. */
function derWhole(b, at, end) {
	const open = [{ from: at, to: end, depth: 0 }];
	while (open.length > 0) {
		const o = open.pop();
		const list = o.depth < DER_DEPTH ?
		    derList(b, o.from, o.to) : null;
		if (list === null)
			return false;
		for (const d of list)
			if (d.tag & 0x20)
				open.push({ from: d.from, to: d.to,
					depth: o.depth + 1 });
	}
	return true;
}

const tagsAre = (list, want) => want.every((tag, i) => list.length > i &&
    (Array.isArray(tag) ? tag : [tag]).includes(list[i].tag));

/* The outline of the signed part of a type. */
const OUTLINE = {
	1: [INT, SEQ, SEQ, 0xa0],
	2: [0xa0, INT, SEQ, SEQ, SEQ, SEQ, SEQ],
	4: [INT, SEQ, SEQ, [0x17, 0x18]],
};

/* One whole object of this type, b[at..end). */
function derIs(type, b, at, end) {
	const outer = derWhole(b, at, end) && derList(b, at, end);
	if (!outer || outer.length !== 1 || outer[0].tag !== SEQ)
		return false;
	const signed = derList(b, outer[0].from, outer[0].to);
	if (signed.length !== 3 || !tagsAre(signed, [SEQ, SEQ, BITS]))
		return false;
	const part = derList(b, signed[0].from, signed[0].to);
	return tagsAre(part, OUTLINE[type]) &&
	    (type !== 1 || part.length === 4);
}

/* The pieces of a chain, or of one object; null: not this type. */
function derPieces(type, b) {
	const list = derList(b, 0, b.length);
	const one = type === 3 ? 2 : type;
	if (list === null || list.length === 0 ||
	    (type === 3 ? list.length < 2 : list.length !== 1) ||
	    !list.every(d => derIs(one, b, d.at, d.to)))
		return null;
	return list.map(d => b.subarray(d.at, d.to));
}

/* Text, or the reason why it cannot be shown. */
function textOf(bytes) {
	let text;
	try {
		text = new TextDecoder('utf-8', { fatal: true,
			ignoreBOM: true }).decode(bytes);
	} catch {
		throw new Refused('gap.text', { what: 'UTF-8' });
	}
	if (/[^\P{C}\n\t\r]|[\u2028\u2029]/u.test(text))
		throw new Refused('gap.text', { what: 'control characters' });
	return text;
}

/* What came, checked; Refused. */
function objectCheck(type, payload) {
	if (type === 5)
		textOf(payload);
	else if (derPieces(type, payload) === null)
		throw new Refused('page.form', { type: typeLabel(type) });
}

/* A file to {type, payload}; Refused. */
function objectLoad(name, bytes) {
	const loose = latin(bytes.subarray(0, 2 * PAYLOAD_MAX));
	if (loose.includes('PRIVATE KEY-----'))
		throw new Refused('gap.private', { file: name });
	const pem = loose.includes('-----BEGIN ') ? pemObject(loose) : null;
	if (pem !== null && derPieces(pem.type, pem.payload) !== null)
		return pem;
	for (const type of pem === null ? [1, 2, 4, 3] : [])
		if (derPieces(type, bytes) !== null)
			return { type, payload: bytes };
	try {
		textOf(bytes);
	} catch {
		throw new Refused('gap.what', { file: name });
	}
	if (bytes.length === 0 || pem !== null)
		throw new Refused('gap.what', { file: name });
	return { type: 5, payload: bytes };
}

const PEM_LABEL = { 1: 'CERTIFICATE REQUEST', 2: 'CERTIFICATE',
	3: 'CERTIFICATE', 4: 'X509 CRL' };
const FILE_NAME = { 1: 'request.csr', 2: 'certificate.pem', 3: 'chain.pem',
	4: 'list.crl', 5: 'text.txt' };

function objectPem(type, payload) {
	return derPieces(type, payload).map(
	    der => pemEncode(PEM_LABEL[type], der)).join('');
}

/* What is offered as a download: the file as tachiai-gap would write it. */
function objectFile(type, payload) {
	return { name: FILE_NAME[type], bytes: type === 5 ? payload :
	    new TextEncoder().encode(objectPem(type, payload)) };
}

/* SPDX-License-Identifier: MIT */
/*
 * The page: what is pressed, what is seen.  It sets text only, never markup,
 * and knows no address to send anything to.
 */
const at = id => document.getElementById(id);
const SEND_SPEEDS = [2, 12], SEND_DENSITY = { small: 10, usual: 17, fast: 25 };
const WIDTH_MAX = 1280, FILE_MAX = 64 << 20, LOG_MAX = 64 << 20;
let lang = (navigator.language || 'en').startsWith('ja') ? 1 : 0;

/* A sentence with its values; a value may be a label of the catalogue, and
 * {n|part|parts} is the first where n is 1. */
function say(id, values) {
	const one = v => v === undefined ? '-' :
	    v.label !== undefined ? TEXTS[v.label][lang] : String(v);
	return TEXTS[id][lang].replace(/\{(\w+)(?:\|([^|}]*)\|([^}]*))?\}/g,
	    (_, name, single, many) => {
		const v = one((values || {})[name]);

		return many === undefined ? v : v === '1' ? single : many;
	    });
}

function refuse(where, e) {
	const box = at(where);
	if (e !== null && !(e instanceof Refused))
		throw e;
	box.hidden = e === null;
	box.refusal = e;
	box.textContent = e === null ? '' : `${say(e.id, e.values)} (${e.id})`;
}

function showWords(table, payload) {
	const sum = sha256(payload);
	table.replaceChildren(table.createCaption());
	table.caption.textContent = say('gap.words');
	for (let i = 0; i < sum.length; i += 4) {
		const row = table.insertRow(), h = hex(sum.subarray(i, i + 4));
		row.insertCell().textContent = `${h.slice(0, 4)} ${h.slice(4)}`;
		row.insertCell().textContent = words(sum.subarray(i, i + 4), i);
	}
}

function save(name, bytes) {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([bytes],
	    { type: 'application/octet-stream' }));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

/* ---- receiving */
const reader = new Reader();
let receiver = new Receiver(0), log = [], logged = 0;
let asked = false, over = false, stream = null, watch = 0, hint = null;

function drawReceived() {
	const key = receiver.key, done = receiver.payload !== null;
	at('transfer').hidden = key === null;
	at('done').hidden = !done;
	at('hint').textContent = done || hint === null ? '' :
	    say(hint.id, hint.values);
	at('question').hidden = !asked;
	at('counts').textContent = say('page.counts', { good: receiver.good,
		again: receiver.again, other: receiver.foreign,
		bad: receiver.bad });
	if (asked)
		at('other').textContent = say('qr.other', {
			type: typeLabel(receiver.other.type),
			size: receiver.other.len });
	if (key === null)
		return;
	at('what').textContent = say('page.object',
	    { type: typeLabel(key.type), bytes: key.len });
	at('progress').max = key.k;
	at('progress').value = receiver.rank;
	at('parts').textContent = say('gap.parts',
	    { k: receiver.rank, n: key.k });
}

function drawDone() {
	const { type } = receiver.key, payload = receiver.payload;
	showWords(at('received-words'), payload);
	at('save').textContent = say('page.save',
	    { file: objectFile(type, payload).name });
	at('note').textContent = type !== 5 ? say('page.unsigned') :
	    latin(payload).startsWith('tachiai/1 bundle\n') ?
		say('page.bundle') : '';
}

/* All parts are in: what they are is offered, or refused; it is over. */
function finished() {
	over = true;
	closeCamera();
	refuse('refused', null);
	try {
		objectCheck(receiver.key.type, receiver.payload);
	} catch (e) {
		receiver.forget();
		throw e;
	}
	drawDone();
}

/* A code that is refused is forgotten at the next good one; an object is not. */
const PASSING = ['qr.form', 'qr.type', 'gap.nothing', 'gap.unfinished'];

/* One text; true when the transfer is over. */
function take(text, now) {
	const refusal = at('refused').refusal;
	if (over)
		return true;
	if (logged + text.length < LOG_MAX) {
		log.push(text.endsWith('\n') ? text : text + '\n');
		logged += text.length;
	}
	try {
		const news = receiver.take(text, now);
		asked = news === 'switch' || asked && news === 'other';
		if (news === 'more' && refusal && PASSING.includes(refusal.id))
			refuse('refused', null);
		if (news === 'done')
			finished();
	} catch (e) {
		refuse('refused', e);
	}
	drawReceived();
	return over;
}

/* There is no more of this source: was it enough? */
function ended() {
	if (over || asked || !at('refused').hidden)
		return;
	refuse('refused', receiver.key === null ?
	    new Refused('gap.nothing', { codes: receiver.bad }) :
	    new Refused('gap.unfinished',
		{ k: receiver.rank, n: receiver.key.k }));
}

function begin() {
	receiver = new Receiver(Number(at('want').value));
	log = [];
	logged = 0;
	asked = over = false;
	hint = null;
	refuse('refused', null);
	drawReceived();
}

const canvas = document.createElement('canvas');
function pixels(source, width, height) {
	const scale = Math.min(1, WIDTH_MAX / width);
	const w = Math.round(width * scale), h = Math.round(height * scale);
	canvas.width = w;
	canvas.height = h;
	const ctx = canvas.getContext('2d', { willReadFrequently: true });
	ctx.drawImage(source, 0, 0, w, h);
	return { data: ctx.getImageData(0, 0, w, h).data, w, h };
}

/* The newest picture of the video, again and again while it is watched. */
function look(mine) {
	const video = at('video');
	if (mine !== watch)
		return;
	if (video.readyState >= 2 && video.videoWidth > 0) {
		const p = pixels(video, video.videoWidth, video.videoHeight);
		const found = reader.read(p.data, p.w, p.h);
		hint = found.hint;
		if (found.text !== null)
			take(found.text, performance.now());
		else
			drawReceived();
	}
	if (mine !== watch)
		return;
	if (video.requestVideoFrameCallback)
		video.requestVideoFrameCallback(() => look(mine));
	else
		setTimeout(look, 30, mine);
}

function closeCamera() {
	watch++;
	if (stream !== null)
		stream.getTracks().forEach(t => t.stop());
	stream = null;
	at('video').srcObject = null;
	at('video').removeAttribute('src');
	at('video').hidden = at('stop').hidden = true;
	at('camera').hidden = false;
}

async function openCamera() {
	begin();
	try {
		stream = await navigator.mediaDevices.getUserMedia({
			video: { facingMode: { ideal: 'environment' },
				width: { ideal: 1280 },
				height: { ideal: 720 } } });
	} catch (e) {
		refuse('refused', new Refused('page.nocamera',
		    { why: e.name }));
		return;
	}
	at('video').srcObject = stream;
	at('video').hidden = at('stop').hidden = false;
	at('camera').hidden = true;
	await at('video').play();
	look(++watch);
}

async function readVideo(file) {
	const video = at('video'), mine = ++watch;
	const url = URL.createObjectURL(file);
	video.src = url;
	video.hidden = false;
	await new Promise((good, bad) => {
		video.onended = good;
		video.onerror = () => bad(new Refused('page.picture',
		    { file: file.name }));
		video.play().then(() => look(mine), video.onerror);
	}).finally(() => {
		URL.revokeObjectURL(url);
		if (mine === watch)
			closeCamera();
	});
}

async function readPicture(file, now) {
	let image;
	try {
		image = await createImageBitmap(file);
	} catch {
		throw new Refused('page.picture', { file: file.name });
	}
	const p = pixels(image, image.width, image.height);
	const found = reader.readStill(p.data, p.w, p.h);
	hint = found.hint;
	image.close();
	if (found.text !== null)
		take(found.text, now);
}

async function readFiles() {
	let now = performance.now();
	if (over)
		begin();
	for (const file of Array.from(at('files').files)) {
		try {
			if (file.type.startsWith('video/'))
				await readVideo(file);
			else
				await readPicture(file, now += 125);
		} catch (e) {
			refuse('refused', e);
		}
		drawReceived();
		if (over)
			break;
	}
	ended();
	at('files').value = '';
}

function readTexts() {
	let now = performance.now();
	if (over)
		begin();
	for (const line of frameLines(at('paste').value))
		if (take(line, now += 125))
			break;
	ended();
}

/* ---- sending */
let sending = null, timer = 0;

function drawCode() {
	const s = sending;
	const room = Math.max(200, Math.min(720, window.innerWidth - 40));
	const pem = s.pem ? PEM_LABEL[s.type] : undefined;
	if (pem !== undefined && s.type !== 3)
		paint(at('code'), modules(pemEncode(pem, s.payload), 0, true),
		    room);
	else
		paint(at('code'), modules(s.sender.text(s.seq),
		    s.sender.version, false), room);
	s.shown++;
	at('code').dataset.shown = s.shown;
	at('showing').textContent = say('gap.showing', {
		what: typeLabel(s.type), bytes: s.payload.length,
		n: pem ? 1 : s.sender.k, rate: s.rate, shown: s.shown });
	if (!pem && s.sender.k > 1)
		s.seq++;
}

function tick() {
	if (sending === null || at('send').hidden)
		return;
	drawCode();
	timer = setTimeout(tick, 1000 / sending.rate);
}

function prepare(name) {
	const s = sending;
	clearTimeout(timer);
	s.density = name;
	s.sender = new Sender(s.type, s.payload, SEND_DENSITY[name]);
	s.seq = s.shown = 0;
	for (const b of at('density').children)
		b.setAttribute('aria-pressed', String(b.id === name));
	tick();
}

function send(name, bytes) {
	clearTimeout(timer);
	sending = null;
	at('shown').hidden = true;
	at('pem').checked = false;
	refuse('send-refused', null);
	try {
		const o = objectLoad(name, bytes);
		sending = { ...o, rate: 8, pem: false };
		showWords(at('sent-words'), o.payload);
		at('shown').hidden = false;
		at('pem').disabled = o.type === 3 || o.type === 5;
		prepare('usual');
	} catch (e) {
		sending = null;
		at('shown').hidden = true;
		refuse('send-refused', e);
	}
}

function speed(by) {
	sending.rate = Math.min(SEND_SPEEDS[1],
	    Math.max(SEND_SPEEDS[0], sending.rate + by));
}

function togglePem() {
	sending.pem = at('pem').checked;
	refuse('send-refused', null);
	try {
		if (sending.pem)
			modules(pemEncode(PEM_LABEL[sending.type],
			    sending.payload), 0, true);
	} catch {
		sending.pem = at('pem').checked = false;
		refuse('send-refused', new Refused('page.large'));
	}
	clearTimeout(timer);
	tick();
}

/* ---- both */
function speak() {
	document.documentElement.lang = lang === 0 ? 'en' : 'ja';
	for (const e of document.querySelectorAll('[data-text]'))
		e.textContent = say(e.dataset.text);
	Array.from(at('want').options).forEach(
	    (o, type) => { o.textContent = say(type === 0 ? 'page.any' :
		    'qr.is-' + TYPES[type]); });
	refuse('refused', at('refused').refusal || null);
	refuse('send-refused', at('send-refused').refusal || null);
	drawReceived();
	if (receiver.payload !== null)
		drawDone();
	if (sending !== null)
		showWords(at('sent-words'), sending.payload);
}

function turn(name) {
	for (const n of ['receive', 'send']) {
		at(n).hidden = n !== name;
		at('to-' + n).toggleAttribute('aria-current', n === name);
	}
	closeCamera();
	clearTimeout(timer);
	tick();
}

function start() {
	const press = (id, then) => at(id).addEventListener('click', then);
	for (const type of TYPES.keys())
		at('want').add(new Option('', type));
	for (const name of Object.keys(SEND_DENSITY)) {
		const b = document.createElement('button');
		b.id = name;
		b.dataset.text = 'page.' + name;
		at('density').append(b);
		press(name, () => prepare(name));
	}
	press('language', () => { lang = 1 - lang; speak(); });
	press('to-receive', () => turn('receive'));
	press('to-send', () => turn('send'));
	press('camera', openCamera);
	press('stop', closeCamera);
	press('read', readTexts);
	press('again', begin);
	press('yes', () => { receiver.forget(); asked = false; drawReceived(); });
	press('no', () => { asked = false; receiver.seen = performance.now();
		drawReceived(); });
	press('save', () => {
		const f = objectFile(receiver.key.type, receiver.payload);
		save(f.name, f.bytes);
	});
	press('log', () => save('frames.txt', log.join('')));
	press('show', () => send(say('page.typed'),
	    new TextEncoder().encode(at('text').value)));
	press('slower', () => speed(-1));
	press('faster', () => speed(1));
	at('pem').addEventListener('change', togglePem);
	at('want').addEventListener('change', begin);
	at('files').addEventListener('change', readFiles);
	at('file').addEventListener('change', async () => {
		const file = at('file').files[0];
		if (file !== undefined)
			send(file.name, new Uint8Array(await file.slice(0,
			    FILE_MAX).arrayBuffer()));
		at('file').value = '';
	});
	speak();
	turn('receive');
}
start();

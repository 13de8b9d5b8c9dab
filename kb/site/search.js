"use strict";

// The search. Index files are scripts, because a page opened as a file may load scripts but read no data; what they
// hold is said in kb/publish_index.py. Texts reach the page as text nodes only, never as markup.

const kbForm = document.getElementById("search");
const kbInput = document.getElementById("find");
const kbStatus = document.getElementById("status");
const kbResults = document.getElementById("results");
const kbMore = document.getElementById("more");
const kbNone = document.getElementById("none");

const kbRoot = kbForm.dataset.root;
const kbBits = Number(kbForm.dataset.bits);
const kbPer = Number(kbForm.dataset.per);
const kbCount = Number(kbForm.dataset.articles);

const KB_PAGE = 20;
const KB_MOST_KEYS = 60;
const KB_WEIGHTS = [6, 3, 1]; // title, questions and keywords, text
const KB_NEAR = 0.7; // an article that holds less of the query than this share of what the best one holds is no hit
const KB_ASKING = /请问|我想问一?下?|想问一?下?|怎么办理|怎么办|怎么样|怎么|怎样|如何|什么|哪里|哪儿|可不可以|能不能|可以|吗|呢/gu;
const KB_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

// -- loading -----------------------------------------------------------------------------------------------------

const kbArrived = new Map();
const kbLoading = new Map();

function kbWords(shard, table) { kbArrived.set(`words/${shard}`, new Map(Object.entries(table))); }
function kbArticles(shard, rows) { kbArrived.set(`articles/${shard}`, rows); }

function kbLoad(name) {
  if (!kbLoading.has(name)) {
    kbLoading.set(name, new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = `${kbRoot}${name}.js`;
      script.onload = () => { script.remove(); resolve(kbArrived.get(name)); };
      script.onerror = () => { script.remove(); kbLoading.delete(name); reject(new Error(name)); };
      document.head.append(script);
    }));
  }
  return kbLoading.get(name);
}

// -- the query ---------------------------------------------------------------------------------------------------

function kbRuns(text) {
  return text.match(/[\p{L}\p{N}]+/gu) || [];
}

function kbKeys(text) {
  const folded = text.normalize("NFKC").toLowerCase();
  // A question is found by its matter; a query of nothing but asking words is taken as it is.
  const matter = kbRuns(folded.replace(KB_ASKING, " "));
  const keys = new Set();
  for (const run of matter.join("").length > 1 ? matter : kbRuns(folded)) {
    const characters = Array.from(run);
    if (characters.length === 1) keys.add(run);
    for (let at = 1; at < characters.length; at++) keys.add(characters[at - 1] + characters[at]);
  }
  return [...keys].slice(0, KB_MOST_KEYS);
}

function kbShard(key) {
  const [first, second] = Array.from(key, (character) => character.codePointAt(0));
  return ((first * 40503 + (second || 0) * 60497) % 65536) >> (16 - kbBits);
}

function kbNumbers(list) {
  const numbers = [];
  let before = 0;
  for (let at = 0; at < list.length;) {
    if (list[at] === "~") { before = 0; at++; }
    let number = 0;
    for (let shift = 0, digit = 32; digit & 32; shift += 5) {
      digit = KB_DIGITS.indexOf(list[at++]);
      number += (digit & 31) * 2 ** shift;
    }
    before += number;
    numbers.push(before);
  }
  return numbers;
}

async function kbFind(keys) {
  const tables = await Promise.all(keys.map((key) => kbLoad(`words/${kbShard(key)}`)));
  const score = new Float32Array(kbCount);
  const held = new Float32Array(kbCount);
  const told = keys.map((key, at) => (tables[at].get(key) || "||").split("|"));
  const allCommon = told.every((lists) => lists[2] === "*");
  for (const lists of told) {
    const common = lists[2] === "*"; // in so many texts that it tells none from another
    const numbers = lists.map((list) => (list === "*" ? [] : kbNumbers(list)));
    const often = numbers.reduce((sum, each) => sum + each.length, 0) + (common ? kbCount / 4 : 0);
    const rare = Math.log(1 + kbCount / Math.max(1, often));
    numbers.forEach((each, field) => {
      for (const number of each) {
        score[number] += rare * KB_WEIGHTS[field];
        if (!common || allCommon) held[number] += rare;
      }
    });
  }
  const best = held.reduce((most, each) => Math.max(most, each), 0);
  const found = [];
  for (let number = 0; best > 0 && number < kbCount; number++) if (held[number] >= best * KB_NEAR) found.push(number);
  return found.sort((one, other) => score[other] - score[one] || one - other);
}

// -- the results -------------------------------------------------------------------------------------------------

function kbMarks(text, keys) {
  const marked = new Uint8Array(text.length);
  const lowered = text.toLowerCase();
  if (lowered.length !== text.length) return marked; // positions would not fit
  for (const key of keys) {
    for (let at = lowered.indexOf(key); at >= 0; at = lowered.indexOf(key, at + 1)) marked.fill(1, at, at + key.length);
  }
  return marked;
}

function kbHighlighted(element, text, keys, from = 0, to = text.length) {
  const marked = kbMarks(text, keys);
  for (let at = from; at < to;) {
    let end = at + 1;
    while (end < to && marked[end] === marked[at]) end++;
    const part = text.slice(at, end);
    if (marked[at]) {
      const mark = document.createElement("mark");
      mark.textContent = part;
      element.append(mark);
    } else element.append(part);
    at = end;
  }
}

function kbElement(name, className, text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}

function kbSnippet(text, keys) {
  const paragraph = kbElement("p", "snippet");
  const first = kbMarks(text, keys).indexOf(1);
  const from = first > 40 ? first - 20 : 0;
  const to = Math.min(text.length, from + 110);
  if (from) paragraph.append("…");
  kbHighlighted(paragraph, text, keys, from, to);
  if (to < text.length) paragraph.append("…");
  return paragraph;
}

function kbItem([path, title, topic, owner, district, until, asked, text, sample], keys) {
  const item = kbElement("li");
  const heading = kbElement("h2");
  const link = kbElement("a");
  const name = kbElement("bdi");
  link.href = path;
  kbHighlighted(name, title, keys);
  link.append(name);
  heading.append(link);
  item.append(heading);
  const weight = (question) => kbMarks(question, keys).reduce((sum, each) => sum + each, 0);
  const question = asked.split("\n").reduce((best, each) => (weight(each) > weight(best) ? each : best), "");
  if (question) {
    const paragraph = kbElement("p", "question", "问：");
    kbHighlighted(paragraph, question, keys);
    item.append(paragraph);
  }
  item.append(kbSnippet(text, keys));
  const facts = kbElement("p", "facts");
  for (const fact of [topic, owner, district]) if (fact) facts.append(kbElement("bdi", "", fact));
  const over = until && until < kbToday();
  if (until) facts.append(kbElement("span", over ? "over" : "", over ? `已于 ${until} 失效` : `有效期至 ${until}`));
  if (sample) facts.append(kbElement("span", "sample", "示例"));
  item.append(facts);
  return item;
}

// -- the page ----------------------------------------------------------------------------------------------------

let kbTurn = 0; // the newest query wins
let kbFound = [];
let kbAsked = [];

function kbTell(text, none) {
  kbStatus.textContent = text;
  kbNone.hidden = !none;
}

async function kbShow(turn, from) {
  const part = kbFound.slice(from, from + KB_PAGE);
  const rows = await Promise.all(part.map((number) => kbLoad(`articles/${Math.floor(number / kbPer)}`)));
  if (turn !== kbTurn || (from && from !== kbResults.children.length)) return; // asked again meanwhile
  if (!from) kbResults.replaceChildren();
  kbResults.append(...part.map((number, at) => kbItem(rows[at][number % kbPer], kbAsked)));
  kbMore.hidden = kbResults.children.length >= kbFound.length;
}

function kbFailed(turn) {
  if (turn !== kbTurn) return;
  kbResults.replaceChildren();
  kbMore.hidden = true;
  kbTell("没有读到查找所需的文件：网页可能刚刚更新，请刷新本页再查。", true);
}

async function kbSearch() {
  const turn = ++kbTurn;
  const text = kbInput.value.trim();
  const keys = kbKeys(text);
  try { history.replaceState(null, "", text ? `?q=${encodeURIComponent(text)}` : "?"); } catch { /* a browser's own rule for files */ }
  if (!keys.length) {
    kbResults.replaceChildren();
    kbMore.hidden = true;
    kbTell(text ? "请写字词：标点符号查不到内容。" : `可查 ${kbCount} 篇公开文章。写要查的字词，或直接写您的问题。`, false);
    return;
  }
  try {
    const found = await kbFind(keys);
    if (turn !== kbTurn) return;
    [kbFound, kbAsked] = [found, keys];
    await kbShow(turn, 0);
    if (turn !== kbTurn) return;
    kbTell(found.length ? `找到 ${found.length} 篇` : `没有找到“${text}”。`, !found.length);
  } catch {
    kbFailed(turn);
  }
}

let kbWaiting = 0;

kbInput.addEventListener("input", (event) => {
  clearTimeout(kbWaiting);
  if (!event.isComposing) kbWaiting = setTimeout(kbSearch, 150);
});
kbInput.addEventListener("compositionend", () => {
  clearTimeout(kbWaiting);
  kbWaiting = setTimeout(kbSearch, 150);
});
kbForm.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(kbWaiting);
  kbSearch();
});
kbMore.addEventListener("click", async () => {
  const next = kbResults.children.length;
  const turn = kbTurn;
  try {
    await kbShow(turn, next);
  } catch {
    kbFailed(turn);
  }
  kbResults.children[next]?.querySelector("a").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Escape" && document.activeElement !== kbInput) {
    kbInput.focus();
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const links = [...kbResults.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== kbInput) return;
  const next = at + (event.key === "ArrowDown" ? 1 : -1);
  if (next >= links.length || (at < 0 && next < 0)) return;
  event.preventDefault();
  (next < 0 ? kbInput : links[next]).focus();
});

kbInput.value = new URLSearchParams(location.search).get("q") || "";
if (!kbInput.value || !matchMedia("(pointer: coarse)").matches) kbInput.focus(); // a phone's keyboard hides the results
kbSearch();

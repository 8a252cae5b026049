// What a reader sees, measured by the browser that shows it. Each function returns plain data.

// Texts of charts with their boxes in the chart's own pixels, as high as their letters.
function boxes(svg) {
  return Array.from(svg.querySelectorAll("text")).map(function (text) {
    const box = text.getBBox(), size = parseFloat(text.getAttribute("font-size")), base = parseFloat(text.getAttribute("y"));
    const words = text.firstChild ? text.firstChild.textContent : "";
    return { words: words, left: box.x, right: box.x + box.width, top: base - 0.76 * size, bottom: base + 0.22 * size };
  }).filter(function (box) { return box.words.trim(); });
}

function shownCharts() {
  return Array.from(document.querySelectorAll(".plot svg")).filter(function (svg) { return svg.getClientRects().length; });
}

// Pairs of texts that overlap in a chart, and texts that leave it.
function collisions() {
  const found = [];
  shownCharts().forEach(function (svg) {
    const name = svg.closest("section").id, all = boxes(svg), scene = svg.viewBox.baseVal;
    all.forEach(function (one, at) {
      if (one.left < -1 || one.right > scene.width + 1 || one.top < -2 || one.bottom > scene.height + 2) {
        found.push(`${name}: "${one.words}" leaves: ${one.left.toFixed()}..${one.right.toFixed()} of ${scene.width}`);
      }
      all.slice(at + 1).forEach(function (other) {
        const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const high = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (wide > 1 && high > 2) found.push(`${name}: "${one.words}" and "${other.words}": ${wide.toFixed(1)} x ${high.toFixed(1)}`);
      });
    });
  });
  return found;
}

function parsed(color) {
  const numbers = color.match(/[\d.]+/g).map(Number);
  return { rgb: numbers.slice(0, 3), alpha: numbers.length > 3 ? numbers[3] : 1 };
}

function over(below, color, opacity) {
  const top = parsed(color), alpha = top.alpha * opacity;
  return below.map(function (value, at) { return value * (1 - alpha) + top.rgb[at] * alpha; });
}

function luminance(rgb) {
  const [r, g, b] = rgb.map(function (value) {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4);
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function ratio(one, other) {
  const a = luminance(one), b = luminance(other);
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

// The colour below an element of the page.
function ground(element) {
  const above = [];
  for (let each = element; each; each = each.parentElement) above.unshift(getComputedStyle(each).backgroundColor);
  return above.reduce(function (below, color) { return over(below, color, 1); }, [255, 255, 255]);
}

// The colours that stand below a text of a chart, at five places along it; a halo is its own ground.
function groundsOf(text, painted, page) {
  const style = getComputedStyle(text);
  if (style.paintOrder.startsWith("stroke") && style.stroke !== "none") return [parsed(style.stroke).rgb];
  const box = text.getBBox(), middle = parseFloat(text.getAttribute("y")) - 0.3 * parseFloat(text.getAttribute("font-size"));
  return [0.02, 0.25, 0.5, 0.75, 0.98].map(function (part) {
    const at = new DOMPoint(box.x + part * box.width, middle);
    return painted.reduce(function (below, shape) {
      const before = shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING;
      if (!before || !shape.isPointInFill(at)) return below;
      const look = getComputedStyle(shape);
      return over(below, look.fill, look.opacity * look.fillOpacity);
    }, page);
  });
}

// Texts whose contrast with what is below them is under `least`, each with its ratio.
function faintTexts(least) {
  const found = [];
  function judge(where, words, color, grounds) {
    grounds.forEach(function (below) {
      const value = ratio(over(below, color, 1), below);
      if (value < least) found.push(`${where}: "${words.trim().slice(0, 40)}" ${value.toFixed(2)}`);
    });
  }
  shownCharts().forEach(function (svg) {
    const page = ground(svg.parentElement), name = svg.closest("section").id;
    const painted = Array.from(svg.querySelectorAll("rect,path,circle")).filter(function (shape) {
      return getComputedStyle(shape).fill !== "none";
    });
    svg.querySelectorAll("text").forEach(function (text) {
      judge(name, text.textContent, getComputedStyle(text).fill, groundsOf(text, painted, page));
    });
  });
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let texts = 0;
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !holder.checkVisibility() || holder.closest("svg,script,style")) continue;
    texts += 1;
    judge(holder.tagName, walk.currentNode.data, getComputedStyle(holder).color, [ground(holder)]);
  }
  return { texts: texts, faint: Array.from(new Set(found)) };
}

// What each shown chart tells by titles, which the script takes for its tips.
function titles() {
  return shownCharts().map(function (svg) {
    return Array.from(svg.querySelectorAll(".h title")).map(function (title) { return title.textContent; });
  });
}

// Open the details that stand at a place of each row of tools; others of the row close.
function openTools(place) {
  document.querySelectorAll(".tools").forEach(function (tools) {
    const all = tools.querySelectorAll("details");
    all.forEach(function (each, at) { each.open = at === place; });
  });
}

// How far the page can be scrolled sideways, and what stands out of it.
function sideways() {
  const root = document.documentElement, wide = root.clientWidth;
  const out = Array.from(document.body.querySelectorAll("*")).filter(function (each) {
    return !each.closest(".scroll *, pre, .vh, .skip, svg *") && each.getBoundingClientRect().right > wide + 1;
  });
  return { by: root.scrollWidth - wide, out: out.slice(0, 5).map(function (each) { return each.outerHTML.slice(0, 120); }) };
}

function countCharts() {
  return shownCharts().length;
}

// Fonts of the page that are used and were not loaded.
function missingFonts() {
  return Array.from(document.fonts).filter(function (face) { return face.status === "error"; }).map(function (face) { return face.family; });
}

// What can be reached by keyboard, in the order of the page.
function stops() {
  return Array.from(document.querySelectorAll("a[href],button,summary,[tabindex='0']")).filter(function (each) {
    return each.checkVisibility({ visibilityProperty: true }) && each.getClientRects().length;
  }).length;
}

// Where the focus is, and how it is shown.
function focused() {
  const now = document.activeElement, style = getComputedStyle(now), box = now.getBoundingClientRect();
  return {
    what: now.tagName + " " + (now.id || now.textContent.trim().slice(0, 30)),
    isBody: now === document.body,
    outline: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
    contrast: ratio(parsed(style.outlineColor).rgb, ground(now.parentElement)),
    isInView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 0,
  };
}

// All words that are shown, without controls that need the script.
function words() {
  const hidden = Array.from(document.querySelectorAll("button,.vh"));
  hidden.forEach(function (each) { each.hidden = true; });
  const said = document.body.innerText.replace(/\s+/g, " ").trim();
  hidden.forEach(function (each) { each.hidden = false; });
  return said;
}

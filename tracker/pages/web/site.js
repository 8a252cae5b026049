// Search over a list that comes as a script, so that it works from a folder; and a filter of the ledger.
(function () {
  var page = document, field = page.getElementById("q"), most = 12;
  if (field) {
    var names = null, asked = false, hits = page.createElement("ul"), base = field.dataset.root.replace(/index\.html$/, "");
    hits.id = "hits";
    hits.hidden = true;
    field.form.append(hits);
    window.trackerNames = function (list) { names = list; show(); };
    function load() {
      if (asked) return;
      asked = true;
      var script = page.createElement("script");
      script.src = field.dataset.names;
      page.head.append(script);
    }
    function found() {
      var text = field.value.trim().toLowerCase(), first = [], later = [];
      if (!text || !names) return [];
      for (var at = 0; at < names.length; at++) {
        var place = names[at][0].toLowerCase().indexOf(text);
        if (place === 0 || (place > 0 && names[at][0][place - 1] === "/")) first.push(names[at]);
        else if (place > 0) later.push(names[at]);
      }
      return first.concat(later).slice(0, most);
    }
    function show() {
      var all = found();
      hits.textContent = "";
      all.forEach(function (each) {
        var item = page.createElement("li"), link = page.createElement("a"), kind = page.createElement("span");
        link.href = base + each[2].split("/").map(encodeURIComponent).join("/");
        link.textContent = each[0];
        kind.textContent = each[1];
        link.append(kind);
        item.append(link);
        hits.append(item);
      });
      hits.hidden = !all.length;
    }
    field.addEventListener("focus", load);
    field.addEventListener("input", function () { load(); show(); });
    field.form.addEventListener("submit", function (event) {
      var first = hits.querySelector("a");
      if (first) { event.preventDefault(); location.href = first.href; }
    });
    field.form.addEventListener("keydown", function (event) {
      var all = Array.from(hits.querySelectorAll("a")), at = all.indexOf(page.activeElement);
      if (event.key === "Escape") { hits.hidden = true; field.focus(); }
      if (event.key === "ArrowDown" && at < all.length - 1) { event.preventDefault(); all[at + 1].focus(); }
      if (event.key === "ArrowUp" && at >= 0) { event.preventDefault(); (all[at - 1] || field).focus(); }
    });
    page.addEventListener("pointerdown", function (event) { if (!field.form.contains(event.target)) hits.hidden = true; });
    var given = new URLSearchParams(location.search).get("q");
    if (given) { field.value = given; load(); field.focus(); }
  }
  page.querySelectorAll("[data-show]").forEach(function (button, at, all) {
    button.onclick = function () {
      all.forEach(function (each) { each.setAttribute("aria-pressed", each === button); });
      page.querySelectorAll("[data-verdict]").forEach(function (row) {
        row.hidden = button.dataset.show !== "" && row.dataset.verdict !== button.dataset.show;
      });
    };
  });
  function opened() {
    var target = location.hash && page.getElementById(location.hash.slice(1)), closed = target && target.closest("details");
    if (closed) { closed.open = true; target.scrollIntoView(); }
  }
  addEventListener("hashchange", opened);
  opened();
})();

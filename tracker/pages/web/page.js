(function () {
  var page = document, root = page.documentElement;
  root.classList.add("js");
  var theme = page.getElementById("theme");
  function isDark() {
    return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme:dark)").matches;
  }
  try { if (localStorage.theme) root.dataset.theme = localStorage.theme; } catch (refused) { /* not kept, then */ }
  if (theme) {
    theme.setAttribute("aria-pressed", isDark());
    theme.onclick = function () {
      root.dataset.theme = isDark() ? "light" : "dark";
      theme.setAttribute("aria-pressed", isDark());
      try { localStorage.theme = root.dataset.theme; } catch (refused) { /* not kept, then */ }
    };
  }
  page.querySelectorAll(".plot").forEach(function (plot) {
    var tip, at = -1, live = page.createElement("p");
    live.className = "vh";
    live.setAttribute("aria-live", "polite");
    plot.append(live);
    plot.querySelectorAll(".h").forEach(function (area) {
      var title = area.querySelector("title");
      area.told = title.textContent;
      title.remove();
    });
    function areas() {
      return Array.from(plot.querySelectorAll(".h")).filter(function (area) { return area.getClientRects().length; });
    }
    function hide() {
      if (tip) tip.remove();
      tip = null;
      plot.querySelectorAll(".h.on").forEach(function (area) { area.classList.remove("on"); });
    }
    function show(area, x, y) {
      hide();
      area.classList.add("on");
      tip = page.createElement("div");
      tip.className = "tip";
      var lines = area.told.split("\n"), table = page.createElement("table"), head = page.createElement("strong");
      head.textContent = lines[0].replace("\t", ", ");
      lines.slice(1).forEach(function (line) {
        var row = table.insertRow();
        line.split("\t").forEach(function (text) { row.insertCell().textContent = text; });
      });
      tip.append(head, table);
      plot.append(tip);
      var box = plot.getBoundingClientRect();
      var left = x > box.width / 2 ? x - tip.offsetWidth - 14 : x + 14;
      tip.style.left = Math.max(0, Math.min(box.width - tip.offsetWidth, left)) + "px";
      tip.style.top = Math.max(0, Math.min(box.height - tip.offsetHeight, y - tip.offsetHeight / 2)) + "px";
    }
    function point(event) {
      var area = event.target.closest(".h"), box = plot.getBoundingClientRect();
      if (area) show(area, event.clientX - box.left, event.clientY - box.top);
      else hide();
    }
    plot.addEventListener("pointermove", point);
    plot.addEventListener("pointerdown", point);
    plot.addEventListener("pointerleave", function (event) { if (event.pointerType !== "touch") hide(); });
    plot.addEventListener("blur", hide);
    page.addEventListener("pointerdown", function (event) { if (!plot.contains(event.target)) hide(); });
    if (!areas().length && !plot.querySelector(".h")) return;
    plot.tabIndex = 0;
    plot.setAttribute("role", "group");
    plot.setAttribute("aria-label", "Chart; arrow keys read its values");
    plot.addEventListener("keydown", function (event) {
      var all = areas(), step = { ArrowRight: 1, ArrowLeft: -1, Home: -all.length, End: all.length }[event.key];
      if (event.key === "Escape") { hide(); at = -1; }
      if (!step || !all.length) return;
      event.preventDefault();
      if (at < 0) at = step > 0 ? -1 : all.length;
      at = Math.max(0, Math.min(all.length - 1, at + step));
      var area = all[at].getBoundingClientRect(), box = plot.getBoundingClientRect();
      show(all[at], area.left + area.width / 2 - box.left, area.top + area.height / 2 - box.top);
      live.textContent = all[at].told.replace(/\n/g, ", ").replace(/\t/g, " ");
    });
  });
  page.querySelectorAll("[data-copy]").forEach(function (button) {
    button.onclick = function () {
      var from = page.getElementById(button.dataset.copy), said = button.textContent;
      function done() {
        button.textContent = "Copied";
        setTimeout(function () { button.textContent = said; }, 1500);
      }
      function select() { getSelection().selectAllChildren(from); }
      if (navigator.clipboard) navigator.clipboard.writeText(from.textContent).then(done, select);
      else select();
    };
  });
  var links = page.querySelectorAll(".toc a");
  if (links.length && window.IntersectionObserver) {
    var watch = new IntersectionObserver(function (seen) {
      seen.forEach(function (entry) {
        if (entry.isIntersecting) links.forEach(function (link) { link.classList.toggle("on", link.hash === "#" + entry.target.id); });
      });
    }, { rootMargin: "-10% 0px -75% 0px" });
    links.forEach(function (link) {
      var target = page.getElementById(link.hash.slice(1));
      if (target) watch.observe(target);
    });
  }
})();

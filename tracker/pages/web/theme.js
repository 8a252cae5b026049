// Before anything is drawn: the theme that was chosen here before.
try { if (localStorage.theme) document.documentElement.dataset.theme = localStorage.theme; } catch (refused) { /* not kept, then */ }

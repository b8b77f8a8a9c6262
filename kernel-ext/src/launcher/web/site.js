'use strict';
// The pages work without this script: it adds the search, the choice of colours, and boxes that the keyboard can scroll.

(function () {
  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');

  // --- light and dark

  const button = document.getElementById('theme');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches);
  const show = () => button.setAttribute('aria-pressed', String(isDark()));
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem('lvm-theme', root.dataset.theme);
    } catch (e) {
      // Without a memory the choice holds for this page.
    }
    show();
  });
  dark.addEventListener('change', show);
  show();

  // --- boxes that scroll can be reached by the keyboard

  const boxes = 'pre, .scroll, .picture, .output.html div, .katex-display, .contents';
  function reach() {
    document.querySelectorAll(boxes).forEach(box => {
      const scrolls = box.scrollWidth > box.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(box).overflowX);
      if (scrolls) {
        box.tabIndex = 0;
      } else if (box.tabIndex === 0) {
        box.removeAttribute('tabindex');
      }
    });
  }
  let waiting = 0;
  window.addEventListener('resize', () => {
    clearTimeout(waiting);
    waiting = setTimeout(reach, 100);
  });
  document.addEventListener('toggle', reach, true);
  reach();

  // --- sections: open on a desk, closed on a phone; the one that is read is marked

  const contents = document.querySelector('.contents details');
  if (contents) {
    contents.open = window.matchMedia('(min-width: 64rem)').matches;
    const links = new Map([...contents.querySelectorAll('a')].map(a => [a.hash.slice(1), a]));
    let marked = null;
    const mark = () => {
      let last = null;
      for (const heading of document.querySelectorAll('main h2[id]')) {
        if (heading.getBoundingClientRect().top > 120) {
          break;
        }
        last = links.get(encodeURIComponent(heading.id)) || links.get(heading.id) || last;
      }
      if (last !== marked) {
        marked?.removeAttribute('aria-current');
        last?.setAttribute('aria-current', 'true');
        marked = last;
      }
    };
    let asked = false;
    window.addEventListener('scroll', () => {
      if (!asked) {
        asked = true;
        requestAnimationFrame(() => {
          asked = false;
          mark();
        });
      }
    }, {passive: true});
    mark();
  }

  // --- search

  const query = document.getElementById('query');
  const found = document.getElementById('found');
  const MOST = 12;
  let entries = null;
  let chosen = -1;

  function load() {
    if (entries === null) {
      entries = [];
      const script = document.createElement('script');
      script.src = 'search.js';
      script.onload = () => {
        // Letters without marks: "Poincare" finds "Poincaré".
        const bare = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
        entries = window.lvmSearch.map(([title, where, url, text]) => ({
          title, where, url, text, inTitle: bare(title), inWhere: bare(where), inText: bare(text),
        }));
        look();
      };
      document.head.append(script);
    }
  }

  function score(entry, words) {
    let sum = 0;
    for (const word of words) {
      const at = entry.inTitle.indexOf(word);
      if (at === 0 || (at > 0 && !/\w/.test(entry.inTitle[at - 1]))) {
        sum += entry.inTitle === word ? 60 : 30;
      } else if (at > 0) {
        sum += 12;
      } else if (entry.inWhere.includes(word)) {
        sum += 4;
      } else {
        const times = entry.inText.split(word).length - 1;
        if (times === 0) {
          return 0;
        }
        sum += 2 + Math.min(times, 6);
      }
    }
    return sum;
  }

  function piece(entry, words) {
    // The longest word tells most.
    const word = [...words].sort((a, b) => b.length - a.length).find(w => entry.inText.includes(w));
    const first = word ? Math.max(0, entry.inText.indexOf(word) - 40) : 0;
    const text = entry.text.slice(first, first + 120);
    const line = document.createElement('small');
    let rest = text;
    while (rest) {
      const low = rest.toLowerCase();
      const hits = words.map(w => [low.indexOf(w), w.length]).filter(([i]) => i >= 0).sort((a, b) => a[0] - b[0]);
      if (!hits.length) {
        break;
      }
      const [at, length] = hits[0];
      const mark = document.createElement('mark');
      mark.textContent = rest.slice(at, at + length);
      line.append(rest.slice(0, at), mark);
      rest = rest.slice(at + length);
    }
    line.append(rest);
    return line;
  }

  function look() {
    const words = query.value.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().split(/\s+/).filter(Boolean);
    chosen = -1;
    query.removeAttribute('aria-activedescendant');
    found.replaceChildren();
    found.hidden = !words.length || !entries;
    query.setAttribute('aria-expanded', String(!found.hidden));
    if (found.hidden) {
      return;
    }
    const best = entries.map(e => [score(e, words), e]).filter(([s]) => s > 0).sort((a, b) => b[0] - a[0]).slice(0, MOST);
    best.forEach(([, entry], i) => {
      const link = document.createElement('a');
      link.id = `found-${i}`;
      link.href = entry.url;
      link.tabIndex = -1;
      link.setAttribute('role', 'option');
      link.setAttribute('aria-selected', 'false');
      const title = document.createElement('b');
      title.textContent = entry.title;
      const where = document.createElement('span');
      where.textContent = entry.where;
      link.append(title, ' ', where, piece(entry, words));
      found.append(link);
    });
    if (!best.length) {
      const none = document.createElement('div');
      none.setAttribute('role', 'option');
      none.setAttribute('aria-selected', 'false');
      none.setAttribute('aria-disabled', 'true');
      none.className = 'none';
      none.textContent = 'Nothing found';
      found.append(none);
    }
  }

  function close() {
    found.hidden = true;
    query.setAttribute('aria-expanded', 'false');
    query.removeAttribute('aria-activedescendant');
  }

  query.addEventListener('focus', load);
  query.addEventListener('input', () => {
    load();
    look();
  });
  query.addEventListener('keydown', event => {
    const options = [...found.querySelectorAll('a')];
    if (event.key === 'Escape') {
      query.value = '';
      close();
    } else if (event.key === 'Enter' && options.length && !found.hidden) {
      options[Math.max(chosen, 0)].click();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && options.length && !found.hidden) {
      event.preventDefault();
      options[chosen]?.setAttribute('aria-selected', 'false');
      chosen = (chosen + (event.key === 'ArrowDown' ? 1 : options.length - (chosen < 0 ? 0 : 1))) % options.length;
      options[chosen].setAttribute('aria-selected', 'true');
      options[chosen].scrollIntoView({block: 'nearest'});
      query.setAttribute('aria-activedescendant', options[chosen].id);
    }
  });
  found.addEventListener('click', close);
  document.addEventListener('click', event => {
    if (!event.target.closest('.search')) {
      close();
    }
  });
  document.addEventListener('keydown', event => {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !/input|textarea/i.test(document.activeElement.tagName)) {
      event.preventDefault();
      query.focus();
    }
  });
})();

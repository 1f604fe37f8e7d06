// Keeps the page as it is now: says when something has changed, reads the page again, and follows the log that it shows.
// Everything can be read without it.
(() => {
  'use strict';

  const LEAST_BETWEEN_READS = 400;
  const MEASURES_AGE = 10000;
  const MOST_LOG_PIECES = 20000;
  const live = document.getElementById('live');
  let changes = null;
  let log = null;
  let reading = false;
  let again = false;
  let lastRead = Date.now();
  let seen = document.body.dataset.seen;

  function say(text, state) {
    live.textContent = text;
    live.className = 'link-state ' + state;
  }

  // Makes one tree like another, touching only what differs, so that focus, selection and scrolling stay.
  function like(now, wanted) {
    if (now.nodeType !== wanted.nodeType || now.nodeName !== wanted.nodeName) {
      now.replaceWith(wanted.cloneNode(true));
      return;
    }
    if (now.nodeType !== Node.ELEMENT_NODE) {
      if (now.nodeValue !== wanted.nodeValue) {
        now.nodeValue = wanted.nodeValue;
      }
      return;
    }
    if (now.dataset && now.dataset.keep !== undefined && now.dataset.keep === wanted.dataset.keep) {
      return;
    }
    for (const { name, value } of Array.from(wanted.attributes)) {
      if (now.getAttribute(name) !== value) {
        now.setAttribute(name, value);
      }
    }
    for (const { name } of Array.from(now.attributes)) {
      if (!wanted.hasAttribute(name) && !(name === 'open' && now.nodeName === 'DETAILS')) {
        now.removeAttribute(name);
      }
    }
    Array.from(wanted.childNodes).forEach((child, i) => place(now, child, i));
    while (now.childNodes.length > wanted.childNodes.length) {
      now.lastChild.remove();
    }
  }

  // What has an id is found by it, wherever it stands now, and is never made into something else.
  function place(parent, child, i) {
    let own = parent.childNodes[i];
    const same = child.id && Array.from(parent.children).find((other) => other.id === child.id);
    if (same && same !== own) {
      parent.insertBefore(same, own);
      own = same;
    }
    if (!own) {
      parent.append(child.cloneNode(true));
    } else if (own.id && own.id !== child.id) {
      parent.insertBefore(child.cloneNode(true), own);
    } else {
      like(own, child);
    }
  }

  async function read() {
    if (reading) {
      again = true;
      return;
    }
    reading = true;
    lastRead = Date.now();
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, cache: 'no-store' });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const main = page.getElementById('main');
      if (main) {
        like(document.getElementById('main'), main);
        document.title = page.title;
        seen = page.body.dataset.seen;
        if (log && log.stands()) {
          log.redraw();
        } else {
          follow();
        }
      }
    } catch {
      say('not reachable; trying again', 'off');
    } finally {
      setTimeout(() => {
        reading = false;
        if (again) {
          again = false;
          read();
        }
      }, LEAST_BETWEEN_READS);
    }
  }

  function watch() {
    changes = new EventSource('/events?seen=' + encodeURIComponent(seen));
    changes.onopen = () => say('live', 'on');
    changes.onerror = () => say('connection lost; trying again', 'off');
    changes.addEventListener('changed', read);
  }

  function follow() {
    if (log) {
      log.stop();
      log = null;
    }
    const box = document.querySelector('.log[data-stream]');
    if (box && box.dataset.stream) {
      log = follower(box);
    }
  }

  function follower(box) {
    const panel = box.closest('.log-panel');
    let source = null;
    let words = '';

    const atEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    const redraw = () => {
      panel.querySelector('.log-state').textContent = words;
      panel.querySelector('.log-empty').hidden = box.textContent !== '';
    };
    const tell = (text) => {
      words = text;
      redraw();
    };
    const add = (pieces) => {
      const stay = atEnd();
      const fresh = document.createDocumentFragment();
      for (const [style, text] of pieces) {
        if (style) {
          const span = document.createElement('span');
          span.className = style;
          span.textContent = text;
          fresh.append(span);
        } else {
          fresh.append(text);
        }
      }
      box.append(fresh);
      while (box.childNodes.length > MOST_LOG_PIECES) {
        box.firstChild.remove();
      }
      if (stay) {
        box.scrollTop = box.scrollHeight;
      }
    };

    const start = () => {
      source = new EventSource(box.dataset.stream);
      source.onopen = () => tell('following');
      source.onerror = () => tell('connection lost; trying again');
      source.addEventListener('begin', () => {
        box.textContent = '';
        redraw();
      });
      source.addEventListener('text', (event) => {
        add(JSON.parse(event.data));
        if (event.lastEventId) {
          box.dataset.stream = box.dataset.stream.replace(/from=\d+/, 'from=' + event.lastEventId);
        }
        redraw();
      });
      source.addEventListener('end', () => {
        source.close();
        box.dataset.stream = '';
        tell('ended');
      });
    };
    const stop = () => source.close();

    box.scrollTop = box.scrollHeight;
    start();
    return { stop, redraw, stands: () => box.isConnected };
  }

  // Ages by the rules of Words.age, and times that run on by those of Words.took.
  function age(seconds, at) {
    if (seconds < 5) return 'just now';
    if (seconds < 60) return Math.floor(seconds) + ' s ago';
    if (seconds < 3600) return Math.floor(seconds / 60) + ' min ago';
    if (seconds < 86400) return Math.floor(seconds / 3600) + ' h ago';
    const days = Math.floor(seconds / 86400);
    return days === 1 ? '1 day ago' : days < 30 ? days + ' days ago' : at.slice(0, 10);
  }

  function since(seconds) {
    if (seconds < 60) return seconds.toFixed(1) + ' s';
    const whole = Math.floor(seconds);
    return whole < 3600
      ? Math.floor(whole / 60) + ' min ' + (whole % 60) + ' s'
      : Math.floor(whole / 3600) + ' h ' + Math.floor((whole % 3600) / 60) + ' min';
  }

  function clocks() {
    for (const time of document.querySelectorAll('time[data-age], time[data-since]')) {
      const seconds = Math.max(0, (Date.now() - Date.parse(time.dateTime)) / 1000);
      const text = time.dataset.since === undefined ? age(seconds, time.dateTime) : since(seconds);
      if (time.textContent !== text) {
        time.textContent = text;
      }
    }
    // What a unit uses changes without an event.
    if (changes && document.querySelector('[data-fresh]') && Date.now() - lastRead > MEASURES_AGE) {
      read();
    }
  }

  // A page that nobody looks at holds no connection: a browser has few for each server.
  function shown() {
    if (document.hidden) {
      changes?.close();
      log?.stop();
      changes = null;
      log = null;
    } else if (!changes) {
      watch();
      follow();
    }
  }

  document.addEventListener('visibilitychange', shown);
  window.addEventListener('pagehide', () => {
    changes?.close();
    log?.stop();
    changes = null;
    log = null;
  });
  window.addEventListener('pageshow', shown);
  setInterval(clocks, 1000);
})();

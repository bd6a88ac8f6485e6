#!/bin/sh
# Find or install what the browser tests need: Chromium, a Chinese font, an emoji font. Never fails: the tests say what is missing.
found() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1; }
font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ]; }
# The bot's messages use a few signs (a tick, a warning) that only an emoji font has.
signs() { command -v fc-list >/dev/null 2>&1 && fc-list | grep -qi emoji; }

if found && font && signs; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium and fonts for the browser tests ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  found || apt-get install -y -qq --no-install-recommends chromium >/dev/null 2>&1
  font || apt-get install -y -qq --no-install-recommends fontconfig fonts-noto-cjk >/dev/null 2>&1 ||
    apt-get install -y -qq --no-install-recommends fonts-wqy-microhei >/dev/null 2>&1
  signs || apt-get install -y -qq --no-install-recommends fonts-noto-color-emoji >/dev/null 2>&1
fi
if ! found; then
  echo "************************************************************************"
  echo "* NO BROWSER: tests/browser will be skipped here, and fail in CI.      *"
  echo "* Install Chromium, e.g. apt-get install chromium fonts-noto-cjk       *"
  echo "************************************************************************"
elif ! font; then
  echo "*** NO CHINESE FONT: screenshots will show boxes. apt-get install fonts-noto-cjk ***"
fi
exit 0

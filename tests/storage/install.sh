#!/bin/sh
# Find or install PostgreSQL, which half of the storage tests need. Never fails: the tests say what is missing.
found() { ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null 2>&1; }

if found; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing PostgreSQL for the storage tests ..."
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  # The tests start a server of their own: no cluster is made, no service is started.
  mkdir -p /etc/postgresql-common && [ -e /etc/postgresql-common/createcluster.conf ] ||
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
  apt-get install -y -qq --no-install-recommends postgresql >/dev/null 2>&1
fi
if ! found; then
  echo "************************************************************************"
  echo "* NO POSTGRESQL: its tests will be skipped here, and fail in CI.       *"
  echo "* Install it, e.g. apt-get install postgresql                          *"
  echo "************************************************************************"
fi
exit 0

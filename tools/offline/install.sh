#!/bin/sh
# Installs citycredit from this bundle, without a network. Usage: ./install.sh [folder]
# PYTHON names another interpreter: PYTHON=/opt/python/bin/python3.11 ./install.sh
set -eu
here=$(cd "$(dirname "$0")" && pwd)
exec "${PYTHON:-python3}" "$here/install.py" "$@"

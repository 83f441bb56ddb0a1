#!/bin/sh
# Installs what Probity's window needs on Linux beside an X server or Wayland: OpenGL and the libraries of keyboards. Desktops have
# all of it; a bare server may not. Asks for the right to do so where it has none.
set -eu

as_root=
[ "$(id -u)" = 0 ] || as_root=sudo

if command -v apt-get > /dev/null; then
    $as_root apt-get update
    $as_root apt-get install -y --no-install-recommends libegl1 libgl1 libgl1-mesa-dri libxkbcommon0 libxkbcommon-x11-0
elif command -v dnf > /dev/null; then
    $as_root dnf install -y libglvnd-egl libglvnd-glx mesa-dri-drivers libxkbcommon libxkbcommon-x11
elif command -v pacman > /dev/null; then
    $as_root pacman -S --needed --noconfirm libglvnd mesa libxkbcommon libxkbcommon-x11
elif command -v zypper > /dev/null; then
    $as_root zypper install -y libglvnd Mesa-dri libxkbcommon0 libxkbcommon-x11-0
else
    echo "No package manager that is known here: install libEGL, libGL, libxkbcommon and libxkbcommon-x11." >&2
    exit 1
fi

#!/usr/bin/env bash
# Makes sure that what Martlet is built with is installed: Swift, and libraries from Debian or Ubuntu.
# Installs missing packages with apt-get, through sudo where this is not root. Quick when nothing is missing.
set -euo pipefail

readonly swift_major=6 swift_minor=2

check_swift() {
  local version=""
  if command -v swift >/dev/null; then
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9]*\)\.\([0-9]*\).*/\1 \2/p' | head -n 1)
  fi
  local major=${version% *} minor=${version#* } found=${version/ /.}
  if [[ -n $version ]] &&
    ((major > swift_major || (major == swift_major && minor >= swift_minor))); then
    return 0
  fi
  {
    echo "Martlet needs Swift $swift_major.$swift_minor or later; found: ${found:-none}."
    echo "Get it with swiftly, Swift's toolchain manager:"
    echo "  curl -O https://download.swift.org/swiftly/linux/swiftly-\$(uname -m).tar.gz"
    echo "  tar zxf swiftly-\$(uname -m).tar.gz && ./swiftly init"
    echo "or from https://www.swift.org/install/linux/, and put its usr/bin on the PATH."
  } >&2
  return 1
}

# A package, and a file or command that it brings. Asking for the files is faster than asking dpkg, and right too
# where they were installed in another way.
has_file() { compgen -G "$1" >/dev/null; }
missing_packages() {
  local include=/usr/include
  has_file "$include/oneapi/dnnl/dnnl.h" || echo libdnnl-dev
  has_file "/usr/lib/gcc/*/*/libgomp.so" || echo gcc
  # Loaded while a program runs, when it first takes a matrix apart.
  has_file "/usr/lib/*/libopenblas.so.0" || echo libopenblas0-openmp
  has_file "$include/cjson/cJSON.h" || echo libcjson-dev
  has_file "$include/zlib.h" || echo zlib1g-dev
  has_file "$include/zip.h" || echo libzip-dev
  has_file "$include/png.h" || echo libpng-dev
  command -v git >/dev/null || echo git
  # These two only fetch MNIST.
  command -v curl >/dev/null || echo curl
  has_file /etc/ssl/certs/ca-certificates.crt || echo ca-certificates
}

install() {
  local command=(env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "$@")
  local -a as_root=()
  local advice="apt-get update && apt-get install --yes $*"
  if ! command -v apt-get >/dev/null; then
    echo "Martlet needs the equivalents of these Debian packages: $*" >&2
    return 1
  fi
  if ((EUID != 0)); then
    advice="sudo apt-get update && sudo apt-get install --yes $*"
    # Without a terminal, sudo could not ask for a password.
    as_root=(sudo)
    [[ -t 0 ]] || as_root+=(--non-interactive)
    if ! command -v sudo >/dev/null || ! "${as_root[@]}" true; then
      echo "Martlet needs packages that only root can install. Please run:" >&2
      echo "  $advice" >&2
      return 1
    fi
  fi
  echo "Installing: $*"
  "${as_root[@]}" "${command[@]}" && return 0
  # Lists that are missing or old name packages that no longer exist.
  "${as_root[@]}" apt-get update && "${as_root[@]}" "${command[@]}" && return 0
  echo "The packages could not be installed. Please run:" >&2
  echo "  $advice" >&2
  return 1
}

main() {
  mapfile -t missing < <(missing_packages)
  if ((${#missing[@]} > 0)); then install "${missing[@]}"; fi
  check_swift
}

main

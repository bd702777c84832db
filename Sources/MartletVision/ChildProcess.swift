@preconcurrency import Glibc

/// Running a program to its end.
enum ChildProcess {
  /// Runs `program`, found on the PATH, in `directory`, without a shell; what it prints is dropped.
  /// Gives its exit status, 127 if it cannot be started, and 128 and more if a signal ended it.
  ///
  /// - Parameter input: what it reads, at most 4,096 bytes.
  static func run(
    _ program: String, _ arguments: [String], in directory: String, input: String = ""
  ) -> Int32 {
    // The pipe takes this much without a reader, so writing first cannot block.
    let input = Array(input.utf8.prefix(4096))
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return 127 }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[0]) }
    let written = write(ends[1], input, input.count)
    close(ends[1])
    guard written == input.count else { return 127 }

    var actions = posix_spawn_file_actions_t()
    guard posix_spawn_file_actions_init(&actions) == 0 else { return 127 }
    defer { posix_spawn_file_actions_destroy(&actions) }
    guard posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO) == 0,
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0) == 0,
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) == 0
    else { return 127 }

    // The C library offers Swift no action that changes the directory; env does it.
    let command = ["env", "--chdir=\(directory)", program] + arguments
    var argv = command.map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var child: pid_t = 0
    guard posix_spawnp(&child, "env", &actions, nil, &argv, environ) == 0 else { return 127 }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      if errno != EINTR { return 127 }
    }
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }
}

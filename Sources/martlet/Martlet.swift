import ArgumentParser

/// The command line tool.
@main
struct MartletCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "martlet", abstract: "Deep learning in Swift.", subcommands: [Demo.self])
}

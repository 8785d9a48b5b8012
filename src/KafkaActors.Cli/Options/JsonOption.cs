using System.CommandLine;

namespace KafkaActors.Cli.Options;

/// <summary><c>--json</c>: the same data, for programs.</summary>
internal sealed class JsonOption() : Option<bool>("--json")
{
    public static JsonOption Create() => new() { Description = "Print JSON instead of text" };
}

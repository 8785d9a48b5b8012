using System.CommandLine;
using System.CommandLine.Parsing;

namespace KafkaActors.Cli.Options;

/// <summary>Where the cluster is: shared by every tool that talks to one.</summary>
internal sealed class ConnectionOptions
{
    public const int DefaultAkkaPort = 4053;

    private static readonly HostAndPort[] Default = [new("127.0.0.1", DefaultAkkaPort)];

    private readonly Option<HostAndPort[]> _bootstrapServer = new("--bootstrap-server", "--broker-list")
    {
        Description = "Nodes to contact first, as HOST:PORT[,HOST:PORT...], at their Akka port "
            + "[default: 127.0.0.1:4053]",
        HelpName = "HOST:PORT",
        CustomParser = Parse,
    };

    private readonly Option<string> _zooKeeper = ZooKeeperOption.Create();

    public void AddTo(Command command)
    {
        command.Add(_bootstrapServer);
        command.Add(_zooKeeper);
    }

    /// <summary>At least one address.</summary>
    public IReadOnlyList<HostAndPort> Servers(ParseResult arguments) =>
        arguments.GetValue(_bootstrapServer) is { Length: > 0 } servers ? servers : Default;

    internal static HostAndPort[] ParseList(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Address)];

    private static HostAndPort[] Parse(ArgumentResult result)
    {
        string text = string.Join(',', result.Tokens.Select(token => token.Value));
        try
        {
            HostAndPort[] servers = ParseList(text);
            if (servers.Length == 0) result.AddError("--bootstrap-server needs at least one HOST:PORT.");
            return servers;
        }
        catch (FormatException e)
        {
            result.AddError(e.Message);
            return [];
        }
    }

    private static HostAndPort Address(string text) =>
        HostAndPort.TryParse(text, DefaultAkkaPort, out HostAndPort address)
            ? address
            : throw new FormatException($"'{text}' is not HOST:PORT (as in 127.0.0.1:{DefaultAkkaPort}).");
}

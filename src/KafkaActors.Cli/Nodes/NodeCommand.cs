using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Akka.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Cli.Invocation;
using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.Nodes;

/// <summary>
/// Runs a node until it is told to stop. Standard output carries the one line that says it serves and where; the
/// node's log goes to standard error. The process ends when the node's data directory is closed.
/// </summary>
internal sealed class NodeCommand : ToolCommand
{
    private const int MaxPort = 65535;

    /// <summary>
    /// Lets a socket's reader go on where its bytes are noticed, instead of on a pool thread that has to be woken: a
    /// fifth of a node's processor time with small batches, and 60 µs of each round trip. Nothing of the node waits on
    /// such a thread. The runtime reads it once, when the first socket is used.
    /// </summary>
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>HOST:PORT each, by commas: what a container or a unit file says without arguments.</summary>
    private const string SeedsVariable = "KAFKA_ACTORS_SEEDS";

    /// <summary>ID@HOST:PORT each, by commas.</summary>
    private const string VotersVariable = "KAFKA_ACTORS_QUORUM_VOTERS";

    private readonly Option<string> _config = new("--config")
    {
        Description = "A HOCON file, see hocon/single-node.conf; or Kafka's server.properties",
        HelpName = "FILE",
    };

    private readonly Option<string> _data = new("--data")
    {
        Description = "The data directory [default: ./data]",
        HelpName = "DIR",
    };

    private readonly Option<string> _host = new("--host")
    {
        Description = "The host to listen on and to be reached by [default: 127.0.0.1, this machine only]",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _seed = new("--seed")
    {
        Description = "A node of the cluster by its Akka door, in any order, this one among them or not; repeatable",
        HelpName = "HOST:PORT",
    };

    private readonly Option<int?> _akkaPort = Port("--akka-port", "nodes and Akka client actors", 4053);
    private readonly Option<int?> _kafkaPort = Port("--kafka-port", "Kafka clients", 9092);
    private readonly Option<int?> _httpPort = Port("--http-port", "health and metrics (not served yet)", 8080);
    private readonly Option<int?> _commandPort = Port("--cmd-port", "the inspection shell (not served yet)", 9110);

    private readonly KeyValueOption _set = new(
        "--set", "Sets one value of the configuration, as in log.retention.hours=24; repeatable")
    {
        HelpName = "PATH=VALUE",
    };

    private readonly ChoiceOption<string> _logLevel = new(
        "--log-level", "How much the log on standard error says [default: warning]", LogLevels.Names);

    public NodeCommand(ToolContext context)
        : base(context, "node", "Run a node; without arguments: ./data, node id 1, on this machine only.")
    {
        Add(_config);
        Add(_data);
        Add(_host);
        Add(_seed);
        Add(_akkaPort);
        Add(_kafkaPort);
        Add(_httpPort);
        Add(_commandPort);
        Add(_set);
        Add(_logLevel);
        Add(ZooKeeperOption.Create());
        Examples =
        [
            "kafka-actors node",
            "kafka-actors node --data /var/lib/kafka-actors --host broker-1.example.org --set node.id=2",
            "kafka-actors node --set node.id=2 --akka-port 4054 --seed 127.0.0.1:4053 --seed 127.0.0.1:4054",
            "kafka-actors node --config hocon/single-node.conf --set log.retention.hours=24 --log-level info",
        ];
    }

    protected override async Task<int> RunAsync(ParseResult arguments, CancellationToken stop)
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        Config config = NodeConfiguration.Load(
            arguments.GetValue(_config), Values(arguments), warning => Context.Error.WriteLine($"WARNING {warning}"));
        NodeOptions options = Context.Node with { Log = Context.Error, OwnsProcess = true };
        try
        {
            await using KafkaActorsNode node = await KafkaActorsNode.StartAsync(config, options, stop)
                .ConfigureAwait(false);
            await ServeAsync(node, stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop before it served, it has undone its start.
        }

        return ExitCode.Success;
    }

    private async Task ServeAsync(KafkaActorsNode node, CancellationToken stop)
    {
        Context.Text.WriteLine(ReadyLine(node));
        if (await StopsByItselfAsync(node, stop).ConfigureAwait(false))
        {
            throw new ToolException(
                "the node has ended: it was removed from the cluster, or its controller gave up; "
                + "start it again, it comes back with its data.");
        }

        await node.StopAsync().ConfigureAwait(false);
    }

    private static async Task<bool> StopsByItselfAsync(KafkaActorsNode node, CancellationToken stop)
    {
        try
        {
            await node.Stopped.WaitAsync(stop).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static string ReadyLine(KafkaActorsNode node) => string.Create(
        CultureInfo.InvariantCulture,
        $"node {node.NodeId.Value} ready pid={Environment.ProcessId} {string.Join(' ', node.Doors)}");

    /// <summary>What the options say, as configuration: <c>--set</c> comes last and so has the last word.</summary>
    internal List<KeyValuePair<string, string>> Values(ParseResult arguments)
    {
        var values = new List<KeyValuePair<string, string>>();
        SetList("cluster.seeds", Variable(SeedsVariable));
        SetList("controller.quorum.voters", Variable(VotersVariable));
        SetList("cluster.seeds", arguments.GetValue(_seed) ?? []);
        Set("log.dirs", arguments.GetValue(_data));
        Set("listeners.host", arguments.GetValue(_host));
        Set("listeners.akka.port", Text(arguments.GetValue(_akkaPort)));
        Set("listeners.kafka.port", Text(arguments.GetValue(_kafkaPort)));
        Set("listeners.http.port", Text(arguments.GetValue(_httpPort)));
        Set("listeners.command.port", Text(arguments.GetValue(_commandPort)));
        Set("akka.loglevel", _logLevel.Choice(arguments, "WARNING"));
        values.AddRange(_set.Pairs(arguments));
        return values;

        void Set(string path, string? value)
        {
            if (value is not null) values.Add(new(path, value));
        }

        void SetList(string path, string[] items)
        {
            if (items.Length > 0) Set(path, NodeConfiguration.ListOf(items));
        }

        static string[] Variable(string name) => (Environment.GetEnvironmentVariable(name) ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

        static string? Text(int? port) => port?.ToString(CultureInfo.InvariantCulture);
    }

    private static Option<int?> Port(string name, string purpose, int standard)
    {
        var option = new Option<int?>(name)
        {
            Description = $"The port for {purpose}; 0 picks a free one [default: {standard}]",
            HelpName = "PORT",
        };
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (int.TryParse(token.Value, out int port) && port is < 0 or > MaxPort)
                    result.AddError($"{port} is no port: {name} takes 0 to {MaxPort}.");
            }
        });
        return option;
    }
}

using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Client;
using KafkaActors.Client.Contact;

namespace KafkaActors.Cli.Options;

/// <summary>Where the cluster is: shared by every tool that talks to one.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string> _bootstrapServer;

    private readonly Option<string> _zooKeeper = ZooKeeperOption.Create();

    public ConnectionOptions()
        : this("--broker-list")
    {
    }

    private ConnectionOptions(params string[] aliases)
    {
        _bootstrapServer = new("--bootstrap-server", aliases)
        {
            Description = "Brokers to contact first, as HOST:PORT[,HOST:PORT...], at their Kafka port, or nodes at "
                + "their Akka port [default: 127.0.0.1:9092]",
            HelpName = "HOST:PORT",
        };
        _bootstrapServer.Validators.Add(Check);
    }

    /// <summary>For a tool in which <c>--broker-list</c> is a list of broker ids.</summary>
    public static ConnectionOptions WithoutBrokerList() => new([]);

    /// <param name="recursive">Whether sub-commands take the options too, before or after their names.</param>
    public void AddTo(Command command, bool recursive = false)
    {
        _bootstrapServer.Recursive = _zooKeeper.Recursive = recursive;
        command.Add(_bootstrapServer);
        command.Add(_zooKeeper);
    }

    /// <summary>Null: the client's default.</summary>
    public string? Servers(ParseResult arguments) => arguments.GetValue(_bootstrapServer);

    private static void Check(OptionResult result)
    {
        foreach (Token token in result.Tokens)
        {
            try
            {
                ContactPoint.ParseList(token.Value);
            }
            catch (KafkaException e)
            {
                result.AddError(e.Message);
            }
        }
    }
}

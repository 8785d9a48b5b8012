using System.CommandLine;
using System.CommandLine.Parsing;
using KafkaActors.Client;
using KafkaActors.Client.Contact;

namespace KafkaActors.Cli.Options;

/// <summary>Where the cluster is: shared by every tool that talks to one.</summary>
internal sealed class ConnectionOptions
{
    private readonly Option<string> _bootstrapServer = new("--bootstrap-server", "--broker-list")
    {
        Description = "Nodes to contact first, as HOST:PORT[,HOST:PORT...], at their Akka or Kafka port "
            + "[default: 127.0.0.1:4053]",
        HelpName = "HOST:PORT",
    };

    private readonly Option<string> _zooKeeper = ZooKeeperOption.Create();

    public ConnectionOptions() => _bootstrapServer.Validators.Add(Check);

    public void AddTo(Command command)
    {
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

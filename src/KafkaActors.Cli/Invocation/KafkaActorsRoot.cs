using System.CommandLine;
using System.CommandLine.Help;
using KafkaActors.Cli.Clusters;
using KafkaActors.Cli.Completion;
using KafkaActors.Cli.Configs;
using KafkaActors.Cli.Consuming;
using KafkaActors.Cli.Dump;
using KafkaActors.Cli.Groups;
using KafkaActors.Cli.LogDirs;
using KafkaActors.Cli.MetadataQuorum;
using KafkaActors.Cli.Nodes;
using KafkaActors.Cli.Offsets;
using KafkaActors.Cli.Performance;
using KafkaActors.Cli.Producing;
using KafkaActors.Cli.Topics;

namespace KafkaActors.Cli.Invocation;

/// <summary>The whole command tree. A new tool is one line here.</summary>
internal static class KafkaActorsRoot
{
    public static RootCommand Create(ToolContext context)
    {
        var root = new RootCommand("Apache Kafka's system on Akka.NET actors: the node and its tools.")
        {
            new NodeCommand(context),
            new TopicsCommand(context),
            new ConfigsCommand(context),
            new ConsoleProducerCommand(context),
            new ConsoleConsumerCommand(context),
            new ConsumerGroupsCommand(context),
            new ClusterCommand(context),
            new GetOffsetsCommand(context),
            new DeleteRecordsCommand(context),
            new LogDirsCommand(context),
            new MetadataQuorumCommand(context),
            new DumpLogCommand(context),
            new ProducerPerfTestCommand(context),
            new ConsumerPerfTestCommand(context),
            new EndToEndLatencyCommand(context),
            new CompletionCommand(context),
        };
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        // A path on Unix, not an option.
        string[] paths = [.. help.Aliases.Where(alias => alias.StartsWith('/'))];
        foreach (string path in paths) help.Aliases.Remove(path);
        help.Action = new ExamplesHelpAction((HelpAction)help.Action!);
        return root;
    }
}

using System.CommandLine;
using KafkaActors.Cli.Invocation;

namespace KafkaActors.Cli.Options;

/// <summary>Old fingers type <c>--zookeeper</c>; they are told, in a sentence, that there is none.</summary>
internal static class ZooKeeperOption
{
    public static Option<string> Create()
    {
        var option = new Option<string>("--zookeeper") { Hidden = true, Arity = ArgumentArity.ZeroOrOne };
        option.Validators.Add(result => result.AddError(
            UsageError.Overriding + ", and none is needed: name a node with --bootstrap-server HOST:PORT instead."));
        return option;
    }
}

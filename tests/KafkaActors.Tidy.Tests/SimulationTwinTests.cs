using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaActors.Tidy.Tests;

/// <summary>
/// The simulation drives the product's cores. What it models itself stands here, with the product's type that it
/// stands for and what keeps that one out of a schedule; the list is to become shorter.
/// </summary>
public sealed class SimulationTwinTests
{
    private const string Simulation = "tests/KafkaActors.Simulation.Tests";

    private static readonly string[] Driven =
    [
        // The metadata log and its controller.
        "ControllerCore", "ControllerProtocol", "ControllerRules", "ControllerQuorum", "VoterChanges", "VoterState",
        "QuorumProtocol", "MetadataLog", "MetadataImage", "ControllerPolicy",
        // A node's side of it.
        "ControllerCalls", "FollowedMetadata", "NodeLifecycle", "IsLedBy",
        // A partition's leader.
        "PartitionLeaderState", "PartitionLeaderStart", "ReplicaBroker", "IsrProposing", "IsrProposal",
        // A partition's log, and what is judged by it.
        "LeaderEpochHistory", "LogDivergence", "FetchContinuity", "CheckLeaderEpoch", "WriterToken", "WriterRules",
        "ProducerStateTable", "SequenceVerdict", "RecordBatch", "RecordBatchBuilder", "RecordBatchPatcher",
    ];

    // The model, the product's types that it stands for, and what keeps them out; no type: the world around them.
    private static readonly Dictionary<string, (string[] For, string Reason)> Models = new()
    {
        ["SimLog"] = (["PartitionLog"], "flushes and deletes on threads of its own, which a schedule cannot step"),
        ["SimLeader"] = (["LeadingPartition", "PartitionActor"], "judge and append batches of a PartitionLog"),
        ["SimReplica"] = (["PartitionAssigning"], "takes writers on a thread of its own"),
        ["SimBroker"] = (["KafkaActorsGuardian"], "its core is driven; the actor starts a node's parts"),
        ["SimNodeFollower"] = (["ControllerProxy", "MetadataFollower"], "their cores are driven; actors have timers"),
        ["SimAdmin"] = ([], "a person who changes topics and settings"),
        ["SimController"] = (["ControllerActor"], "its cores are driven; the actor has Akka's membership"),
        ["SimOperator"] = ([], "a person who changes the voters, by VoterChanges"),
        ["SimVoter"] = (["VoterActor"], "its core is driven; the actor waits for the disk"),
        ["SimDisk"] = (["MetadataLogStore"], "writes files"),
        ["SimFollower"] = ([], "there is no follower in the product yet"),
        ["SimFetch"] = ([], "a follower's request"),
        ["SimFetched"] = ([], "a leader's answer to it"),
        ["SimProducer"] = ([], "a client"),
        ["SimProduce"] = ([], "its request"),
        ["SimRecord"] = ([], "what it writes"),
        ["SimNode"] = ([], "a machine"),
        ["SimProcess"] = ([], "one run of the program"),
        ["SimCluster"] = ([], "all of it"),
    };

    // Twins that are gone: the product has one of each, and the simulation drives it.
    private static readonly string[] Gone =
        ["EpochStart", "EpochEnd", "Divergence", "IdempotentProducers", "ControllerDuties"];

    private static readonly Lazy<HashSet<string>> ProductTypes = new(() => [.. Types(Repository.Sources)]);

    private static SourceFile[] Sources { get; } =
        [.. Repository.TestSources.Where(file => file.Project == Simulation)];

    private static string[] Own { get; } = [.. Types(Sources)];

    [TestCaseSource(nameof(Driven))]
    public void The_simulation_drives_the_products(string name)
    {
        bool isUsed = Sources.Any(file => file.Syntax.DescendantTokens()
            .Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == name));
        Assert.That(isUsed, Is.True, $"no schedule uses {name}");
        Assert.That(ProductTypes.Value.Contains(name) || IsProductMethod(name), Is.True, $"src has no {name}");
    }

    [Test]
    public void No_model_has_the_name_of_a_type_of_the_product()
    {
        string[] twins = [.. Own.Where(ProductTypes.Value.Contains)];
        Assert.That(twins, Is.Empty, "drive the product's type, or name what stands for it Sim...");
    }

    [Test]
    public void A_twin_that_is_gone_stays_gone() =>
        Assert.That(Own.Concat(ProductTypes.Value).Intersect(Gone), Is.Empty);

    [Test]
    public void Every_model_says_what_it_stands_for_and_why()
    {
        string[] models = [.. Own.Where(name => name.StartsWith("Sim", StringComparison.Ordinal)
            && !name.StartsWith("Simulation", StringComparison.Ordinal))];
        Assert.That(models, Is.SubsetOf(Models.Keys));
        Assert.That(Models.Keys, Is.SubsetOf(Own), "a model that is gone has no reason any more");
    }

    [TestCaseSource(nameof(StoodFor))]
    public void A_model_stands_for_a_type_that_there_is(string name) =>
        Assert.That(ProductTypes.Value, Does.Contain(name));

    private static IEnumerable<string> StoodFor => Models.Values.SelectMany(model => model.For);

    private static bool IsProductMethod(string name) => Repository.Sources.Any(file =>
        file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>().Any(method => method.Identifier.Text == name));

    private static IEnumerable<string> Types(IEnumerable<SourceFile> files) => files
        .SelectMany(file => file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>())
        .Where(type => type.Parent is not TypeDeclarationSyntax)
        .Select(type => type.Identifier.Text);
}

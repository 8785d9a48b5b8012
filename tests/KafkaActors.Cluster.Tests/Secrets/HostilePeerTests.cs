using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Client;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>
/// What somebody can do at a node's Akka port who has another secret, or only the clients', or none. Each test does the
/// same with the cluster's secret as well, where it has its effect: else it would show nothing.
/// </summary>
[NonParallelizable]
public sealed class HostilePeerTests
{
    private const string DecoyName = "decoy";
    private const int MostLines = 12;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly string[] Internals =
    [
        $"/user/{DecoyName}", "/user/kafka-actors", "/user/kafka-actors/front-door", "/user/kafka-actors/voter",
        "/user/kafka-actors/controller-route", "/user/kafka-actors-bootstrap", "/system/cluster/core/daemon",
        "/system", "/user",
    ];

    private SecretNodes _nodes = null!;

    [SetUp]
    public async Task StartNode() => _nodes = await SecretNodes.StartAsync();

    [TearDown]
    public async Task StopNode() => await _nodes.DisposeAsync();

    [TestCase("attacker", false, null, "proves no secret")]
    [TestCase("attacker", true, "x", "not this cluster's")]
    [TestCase("attacker", false, "x", "not this cluster's")]
    [TestCase("attacker", false, "a", "not this cluster's")]
    [TestCase("attacker", true, "c", "not this cluster's")]
    [TestCase("attacker", false, "c", "somebody else than the front door")]
    [TestCase("kafka-actors", false, "c", "the name that only the cluster's nodes may have")]
    public async Task Nobody_without_the_cluster_s_secret_has_an_effect(
        string name, bool isNode, string? letter, string reason)
    {
        IActorRef decoy = _nodes.First.System.ActorOf<Decoy>(DecoyName);
        Assert.That((await decoy.Ask<ActorIdentity>(new Identify(0), Patience)).Subject, Is.EqualTo(decoy));
        (int started, int heard) = (Decoy.Started, Decoy.Heard);
        ActorIdentity[] before = await IdentifyAllAsync();
        await using HostileSystem hostile = Hostile(name, isNode, letter);
        Task answered = hostile.AskToFormAsync();
        await HarmUntilAsync(hostile, () => _nodes.AkkaPortLines.Any(line => line.Contains(reason)), reason);

        // Healthy peers go on, and what he has sent would have come before they were done.
        await using (KafkaActorsClient client = await _nodes.ClientAsync(SecretNodes.Client))
            await SecretTraffic.RunAsync(client, "meanwhile");
        Assert.That((Decoy.Started, Decoy.Heard), Is.EqualTo((started, heard)));
        Assert.That(answered.IsCompletedSuccessfully, Is.False, "the bootstrap conversation heard it");
        Assert.That(
            (await IdentifyAllAsync()).Select(one => one.Subject), Is.EqualTo(before.Select(one => one.Subject)));
        Assert.That(Members(), Has.Count.EqualTo(1));
        Assert.That(_nodes.AkkaPortLines, Has.Count.LessThanOrEqualTo(MostLines), string.Join('\n', _nodes.Log));
    }

    [Test]
    public async Task With_the_cluster_s_secret_the_same_has_its_effect()
    {
        IActorRef decoy = _nodes.First.System.ActorOf<Decoy>(DecoyName);
        Assert.That((await decoy.Ask<ActorIdentity>(new Identify(0), Patience)).Subject, Is.EqualTo(decoy));
        (int started, int heard) = (Decoy.Started, Decoy.Heard);
        await using HostileSystem trusted = Hostile("attacker", true, SecretNodes.Cluster);
        trusted.Deploy<Decoy>("planted");
        await Eventually.True(() => Decoy.Started > started, "an actor is deployed on the node", Patience);
        Assert.That((await trusted.AskToFormAsync().WaitAsync(Patience)).Question, Is.EqualTo(1));
        trusted.Say($"/user/{DecoyName}");
        await Eventually.True(() => Decoy.Heard > heard, "a message reaches an internal actor", Patience);
        trusted.Harm($"/user/{DecoyName}");
        await Eventually.True(
            async () => (await IdentifyAllAsync())[0].Subject is null, "an internal actor is stopped", Patience);
        await using HostileSystem joining = Hostile("kafka-actors", true, SecretNodes.Cluster);
        joining.Join();
        await Eventually.True(() => Members().Count == 2, "it joins", Patience);
    }

    private HostileSystem Hostile(string name, bool isNode, string? letter) => new(
        name,
        letter is null ? null : _nodes.FileOf(letter),
        isNode,
        Akka.Cluster.Cluster.Get(_nodes.First.System).SelfAddress);

    private static async Task HarmUntilAsync(HostileSystem hostile, Func<bool> isSeen, string what) =>
        await Eventually.True(
            () =>
            {
                hostile.Join();
                hostile.Deploy<Decoy>($"planted-{Guid.NewGuid():N}");
                foreach (string path in Internals) hostile.Harm(path);
                return isSeen();
            },
            what,
            Patience);

    private async Task<ActorIdentity[]> IdentifyAllAsync() => await Task.WhenAll(Internals.Select(path =>
        _nodes.First.System.ActorSelection(path).Ask<ActorIdentity>(new Identify(path), Patience)));

    private ImmutableSortedSet<Akka.Cluster.Member> Members() =>
        Akka.Cluster.Cluster.Get(_nodes.First.System).State.Members;
}

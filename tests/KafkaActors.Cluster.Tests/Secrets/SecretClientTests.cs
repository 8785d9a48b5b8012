using KafkaActors.Client;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.Secrets;

/// <summary>Client actors at a node that asks for a secret, and nodes that have the same one or another.</summary>
[NonParallelizable]
public sealed class SecretClientTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task Client_actors_with_the_clients_secret_produce_and_consume()
    {
        await using SecretNodes nodes = await SecretNodes.StartAsync();
        await using KafkaActorsClient client = await nodes.ClientAsync(SecretNodes.Client);
        await SecretTraffic.RunAsync(client, "with-a-secret");
        Assert.That(nodes.AkkaPortLines, Is.Empty);
    }

    [Test]
    public async Task A_client_without_the_secret_or_with_another_is_told_what_to_set()
    {
        await using SecretNodes nodes = await SecretNodes.StartAsync();
        Assert.That(
            () => nodes.ClientAsync(null),
            Throws.TypeOf<KafkaException>().With.Message.Contains("kafka-actors.client.secret.file"));
        Assert.That(
            () => nodes.ClientAsync("x"),
            Throws.TypeOf<KafkaException>().With.Message.Contains("kafka-actors.client.secret.file"));
    }

    [Test]
    public async Task A_client_comes_to_the_Kafka_port_without_any_secret()
    {
        await using SecretNodes nodes = await SecretNodes.StartAsync();
        string contact = nodes.First.Doors.Single(door => door.Name == "kafka").ToString()["kafka=".Length..];
        await using KafkaActorsClient client = await KafkaActorsClient.StartAsync(contact);
        await SecretTraffic.RunAsync(client, "without-a-secret");
    }

    [Test]
    public async Task A_node_that_has_no_secret_for_clients_says_so()
    {
        await using SecretNodes nodes = await SecretNodes.StartAsync(client: null);
        Assert.That(
            () => nodes.ClientAsync(SecretNodes.Client),
            Throws.TypeOf<KafkaException>().With.Message.Contains("kafka-actors.cluster.client.secret.file"));
    }

    [Test]
    public async Task Nodes_with_the_same_secret_form_also_while_it_is_replaced()
    {
        // The new secret is b: a is still shown by the first node, and b already by the second.
        await using SecretNodes nodes = await SecretNodes.StartAsync("ab");
        await nodes.AddAsync(2, "ba");
        Assert.That(Akka.Cluster.Cluster.Get(nodes.First.System).State.Members, Has.Count.EqualTo(2));
        Assert.That(nodes.AkkaPortLines, Is.Empty);
    }

    [TestCase("x")]
    [TestCase(null)]
    public async Task A_node_with_another_secret_or_none_stays_outside_and_both_sides_say_why(string? letter)
    {
        await using SecretNodes nodes = await SecretNodes.StartAsync();
        Assert.That(
            () => nodes.AddAsync(2, letter, more: "cluster.join.timeout.ms = 4 s"),
            Throws.InstanceOf<Exception>().With.Message.Contains(nodes.Contact));
        Assert.That(Akka.Cluster.Cluster.Get(nodes.First.System).State.Members, Has.Count.EqualTo(1));
        string said = letter is null ? "it proves no secret" : "its secret is not this cluster's";
        string heard = letter is null ? "it takes only those that hold a secret" : "it does not take the secret in";
        await Eventually.True(() => nodes.AkkaPortLines.Any(line => line.Contains(said)), said, Patience);
        Assert.That(nodes.AkkaPortLines.Any(line => line.Contains(heard)), string.Join('\n', nodes.Log));
        Assert.That(string.Join('\n', nodes.Log), Does.Not.Contain("aaaa").And.Not.Contain("xxxx"));
    }

    [Test]
    public async Task A_secret_that_was_replaced_in_its_file_is_taken_without_a_restart()
    {
        await using SecretNodes nodes = await SecretNodes.StartAsync();
        string file = nodes.First.System.Settings.Config.GetString("kafka-actors.cluster.client.secret.file");
        KafkaActors.TestKit.Clusters.SecretFile.Write(file, "dc");
        await Eventually.True(
            async () =>
            {
                try
                {
                    await using KafkaActorsClient client = await nodes.ClientAsync("d");
                    return true;
                }
                catch (KafkaException)
                {
                    return false;
                }
            },
            "the new secret is taken",
            Patience);
    }
}

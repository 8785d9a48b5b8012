using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.FrontDoor;

namespace KafkaActors.Broker.Tests.FrontDoor;

public sealed class ClientAdmissionTests
{
    private static readonly Address Here = new("akka", "kafka-actors");
    private static readonly Address Member = new("akka.tcp", "kafka-actors", "broker-2", 4053);
    private static readonly Address Stranger = new("akka.tcp", "kafka-actors-client", "laptop", 51000);

    [TestCase("127.0.0.1", "loopback", true)]
    [TestCase("::1", "loopback", true)]
    [TestCase("localhost", "loopback", true)]
    [TestCase("0.0.0.0", "loopback", false)]
    [TestCase("broker-1", "loopback", false)]
    [TestCase("10.0.0.1", "loopback", false)]
    [TestCase("10.0.0.1", "always", true)]
    public void Clients_of_other_systems_come_in_on_loopback_or_where_a_setting_says_so(
        string host, string setting, bool taken)
    {
        var admission = new ClientAdmission(
            new FrontDoorSettings { RemoteClients = setting }, isGuarded: false, host, () => [Member]);
        Assert.That(admission.Takes(Stranger), Is.EqualTo(taken));
        Assert.That((admission.Takes(Here), admission.Takes(Member)), Is.EqualTo((true, true)));
    }

    [Test]
    public void Whoever_came_through_a_port_that_asks_for_a_secret_is_taken()
    {
        var admission = new ClientAdmission(new FrontDoorSettings(), isGuarded: true, "0.0.0.0", () => []);
        Assert.That(admission.Takes(Stranger), Is.True);
    }

    [Test]
    public void A_client_told_no_reads_the_name_of_the_setting() => Assert.That(
        ClientAdmission.Refusal,
        Does.Contain("kafka-actors.cluster.client.secret.file").And.Contain("Kafka port").And.Not.Contain("\n"));
}

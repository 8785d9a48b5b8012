using Akka.Configuration;
using Akka.TestKit;
using NUnit.Framework;

namespace KafkaActors.TestKit;

/// <summary>
/// Base of a test fixture that has an ActorSystem of its own for each test case and ends it afterwards.
/// Every message is serialized on its way; one that is bound to no serializer and not marked as local is dropped and
/// fails the case, instead of travelling as JSON.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class ActorTest : TestKitBase
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    /// <summary>What every system of a test starts from; <c>extra</c> of the constructor goes before it.</summary>
    public static Config BaseConfig { get; } = ConfigurationFactory.ParseString(
        """
        akka.loglevel = WARNING
        akka.stdout-loglevel = WARNING
        akka.actor.serialize-messages = on
        akka.actor.serializers.refuse-unbound = "KafkaActors.TestKit.UnboundMessageSerializer, KafkaActors.TestKit"
        akka.actor.serialization-bindings."System.Object" = refuse-unbound
        akka.persistence.snapshot-store.plugin = akka.persistence.no-snapshot-store
        akka.test.default-timeout = 10s
        akka.test.single-expect-default = 10s
        """);

    protected ActorTest()
        : this(Config.Empty)
    {
    }

    protected ActorTest(string extra)
        : this(ConfigurationFactory.ParseString(extra))
    {
    }

    protected ActorTest(Config extra)
        : base(new NUnitAssertions(), extra.WithFallback(BaseConfig))
    {
    }

    /// <summary>Whether a message that is bound to no serializer fails its test case.</summary>
    protected virtual bool FailOnUnboundMessages => true;

    /// <summary>Ends the system of this test case, and fails the case if a message of it had no serializer.</summary>
    [TearDown]
    public async Task EndSystem()
    {
        IReadOnlyCollection<Type> refused = UnboundMessageSerializer.Refused(Sys);
        await ShutdownAsync(ShutdownTimeout, verifySystemShutdown: true).ConfigureAwait(false);
        if (FailOnUnboundMessages)
            Assert.That(refused, Is.Empty, "messages that are bound to no serializer and not marked local");
    }
}

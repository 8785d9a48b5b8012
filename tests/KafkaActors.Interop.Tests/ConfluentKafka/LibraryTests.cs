using Confluent.Kafka;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.ConfluentKafka;

[Category("Interop")]
internal sealed class LibraryTests
{
    [Test]
    public void The_native_library_is_the_packages_own()
    {
        Assert.That(Library.VersionString, Is.EqualTo(Librdkafka.Version));
    }
}

using Confluent.Kafka;
using KafkaActors.TestKit;

namespace KafkaActors.Testing.Tests;

/// <summary>Before the first test: the native library that the package brings, not one that the machine has.</summary>
[SetUpFixture]
public sealed class NativeLibrarySetUp
{
    [OneTimeSetUp]
    public void Choose() => Librdkafka.UseThePackagesOwn(typeof(Library).Assembly);
}

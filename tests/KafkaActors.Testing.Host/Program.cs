using KafkaActors.Testing;

// A process with a broker inside, as a test's is: it says where, and lives until its standard input ends.
await using var kafka = await KafkaActorsBroker.StartAsync().ConfigureAwait(false);
await Console.Out.WriteLineAsync($"ready {kafka.BootstrapServers}").ConfigureAwait(false);
while (await Console.In.ReadLineAsync().ConfigureAwait(false) is not null)
{
}

using KafkaActors.Cli.Invocation;

using var interruption = new Interruption();
var context = new ToolContext(StandardStreams.OfProcess(), TimeProvider.System);
return await CommandLineRunner.RunAsync(context, args, interruption.Token);

using KafkaActors.Benchmarks.Running;

return await BenchmarkCommand.RunAsync(args, Console.Out, Console.Error);

namespace KafkaActors.Benchmarks.Running;

/// <summary>A benchmark with a command of its own: it runs for minutes or needs processes of its own.</summary>
internal sealed record BenchmarkProgram(
    string Name, string Question, Func<BenchmarkOptions, TextWriter, Task> Run);

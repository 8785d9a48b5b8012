namespace KafkaActors.Benchmarks.Running;

/// <summary>A new directory for a benchmark's data, removed at the end.</summary>
internal sealed class WorkDirectory : IDisposable
{
    public WorkDirectory(BenchmarkOptions options)
    {
        string parent = options.Directory ?? System.IO.Path.GetTempPath();
        Path = System.IO.Path.Combine(parent, $"kafka-actors-bench-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

namespace KafkaActors.TestKit;

/// <summary>A new, empty directory that belongs to one test and is removed with everything in it at the end.</summary>
public sealed class TempDirectory : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("kafka-actors-");

    public string Path => _directory.FullName;

    /// <summary>The path of <paramref name="name"/> in this directory; nothing is created.</summary>
    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        if (Directory.Exists(Path)) Directory.Delete(Path, recursive: true);
    }

    public override string ToString() => Path;
}

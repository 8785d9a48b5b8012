using KafkaActors.Benchmarks.Running;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.Benchmarks;

/// <summary>Runs each benchmark program once at a tiny size.</summary>
[Category("Slow")]
public sealed class BenchmarkProgramSmokeTests
{
    private static IEnumerable<string> Names => BenchmarkCommand.Programs.Select(program => program.Name);

    [TestCaseSource(nameof(Names))]
    public async Task A_benchmark_program_runs_at_a_tiny_size(string name)
    {
        using TempDirectory directory = new();
        using StringWriter output = new();
        using StringWriter errors = new();
        string[] arguments = [name, "--scale", "0.0005", "--rounds", "1", "--dir", directory.Path];
        Assert.That(await BenchmarkCommand.RunAsync(arguments, output, errors), Is.Zero, errors.ToString());
        Assert.That(output.ToString().Split('\n'), Has.Length.GreaterThan(2));
        Assert.That(Directory.EnumerateFileSystemEntries(directory.Path), Is.Empty);
    }

    [Test]
    public async Task An_unknown_name_is_answered_with_the_usage()
    {
        using StringWriter output = new();
        using StringWriter errors = new();
        Assert.That(await BenchmarkCommand.RunAsync(["nothing"], output, errors), Is.EqualTo(1));
        Assert.That(errors.ToString(), Does.StartWith("usage:"));
    }
}

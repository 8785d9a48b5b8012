using System.Diagnostics;
using System.Text.Json;
using KafkaActors.Protocol.Records;
using KafkaActors.Protocol.Tests.Goldens;

namespace KafkaActors.Protocol.Tests.Records;

/// <summary>kafka-python reads what our builder wrote, in every codec.</summary>
[Category("Interop")]
public sealed class KafkaPythonTests
{
    private const string Python = "/usr/bin/python3";

    [Test]
    [CancelAfter(60_000)]
    public async Task Kafka_python_reads_every_batch_that_our_builder_writes(CancellationToken cancellation)
    {
        await RequireKafkaPython(cancellation);
        string[] batches = [.. GoldenBatch.All.Select(g => Convert.ToBase64String(TestBatches.Build(g)))];
        string input = string.Join('\n', batches) + "\n";
        (int exitCode, string output) = await Run([GoldenBatch.PathOf("decode.py")], input, cancellation);
        Assert.That(exitCode, Is.Zero, output);

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines, Has.Length.EqualTo(batches.Length));
        foreach ((GoldenBatch golden, string line) in GoldenBatch.All.Zip(lines))
        {
            Decoded decoded = JsonSerializer.Deserialize<Decoded>(line, JsonSerializerOptions.Web)!;
            Assert.That(decoded.CrcValid, Is.True, golden.ToString());
            Assert.That(decoded.Codec, Is.EqualTo(golden.CodecNumber), golden.ToString());
            Assert.That(TestBatches.Describe(decoded.Records), Is.EqualTo(TestBatches.Describe(golden.Records)),
                golden.ToString());
        }
    }

    private static async Task RequireKafkaPython(CancellationToken cancellation)
    {
        const string import = "import kafka.record.default_records, snappy, lz4.frame, zstandard";
        bool isThere = File.Exists(Python) && (await Run(["-c", import], string.Empty, cancellation)).ExitCode == 0;
        if (isThere) return;
        const string missing =
            $"{Python} with python3-kafka, python3-snappy, python3-lz4 and python3-zstandard is not installed.";
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
        Assert.Ignore(missing);
    }

    private static async Task<(int ExitCode, string Output)> Run(
        string[] arguments, string input, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
        await process.StandardInput.WriteAsync(input.AsMemory(), cancellation);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, process.ExitCode == 0 ? await output : await errors);
    }

    private sealed record Decoded(bool CrcValid, CompressionType Codec, IReadOnlyList<GoldenRecord> Records);
}

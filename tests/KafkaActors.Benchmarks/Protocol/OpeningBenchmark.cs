using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Benchmarks.Protocol;

/// <summary>
/// What does a node pay to open a compressed batch before it stores it? For each codec and size of batch, in turn: what
/// is left when it is not opened (its header and CRC are looked at), the batch opened at once, as small ones are where
/// they arrive, and piece by piece, as large ones are. Processor time for a batch, and the rate in uncompressed bytes.
/// An uncompressed batch, whose records are judged as well, stands beside them.
/// </summary>
internal static class OpeningBenchmark
{
    private const long BytesPerMeasurement = 400_000_000;
    private const int ValueBytes = 100;
    private const int Seed = 20261130;
    private const long Now = 1_700_000_000_000;

    private static readonly int[] BatchBytes = [16 * 1024, 200 * 1024, 1024 * 1024];
    private static readonly RecordBatchRules Rules = new() { MaxMessageBytes = int.MaxValue };

    private enum Way
    {
        NotOpened,
        AtOnce,
        Piecewise,
    }

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        await output.WriteLineAsync("| codec | records, bytes | batch, bytes | records | not opened, us | "
            + "opened at once, us | piece by piece, us | ns a record | MB/s |").ConfigureAwait(false);
        foreach (int batchBytes in BatchBytes)
        {
            foreach (CompressionType codec in Enum.GetValues<CompressionType>())
            {
                string row = Measure(options, codec, batchBytes);
                await output.WriteLineAsync(row).ConfigureAwait(false);
            }
        }
    }

    private static string Measure(BenchmarkOptions options, CompressionType codec, int batchBytes)
    {
        byte[] batch = Build(batchBytes, codec);
        if (!RecordBatch.TryRead(batch, out RecordBatch view)) throw new InvalidOperationException("no batch");
        int plainBytes = Build(batchBytes, CompressionType.None).Length;
        int times = (int)Math.Max(3, options.Scaled(BytesPerMeasurement) / plainBytes);
        List<double>[] costs = [[], [], []];
        for (int round = 0; round <= options.Rounds; round++)
        {
            foreach (Way way in Enum.GetValues<Way>())
            {
                double microseconds = MicrosecondsOf(way, batch, times);
                if (round > 0) costs[(int)way].Add(microseconds);
            }
        }

        Statistics[] of = [.. costs.Select(Statistics.Of)];
        bool isAtOnce = RecordBatchValidator.TryValidateAtOnce(batch, Rules, Now, out _);
        double opened = of[(int)(isAtOnce ? Way.AtOnce : Way.Piecewise)].Median - of[(int)Way.NotOpened].Median;
        string[] cells =
        [
            $"{codec}", $"{plainBytes}", $"{batch.Length}", $"{view.RecordCount}", of[0].ToString("F1"),
            isAtOnce ? of[1].ToString("F1") : "too large", of[2].ToString("F1"),
            (opened * 1000 / view.RecordCount).ToString("F1", CultureInfo.InvariantCulture),
            (plainBytes / opened).ToString("F0", CultureInfo.InvariantCulture),
        ];
        return $"| {string.Join(" | ", cells)} |";
    }

    /// <summary>Records of 100 letters, no two of them alike: a codec finds something, but not everything.</summary>
    private static byte[] Build(int batchBytes, CompressionType codec)
    {
        var random = new Random(Seed);
        var builder = new RecordBatchBuilder(batchBytes, codec);
        byte[] value = new byte[ValueBytes];
        do random.GetItems<byte>("etaoin shrdlu 0123456789"u8, value);
        while (builder.TryAppend(Now, key: null, (ReadOnlyMemory<byte>?)value));
        return builder.Build();
    }

    private static double MicrosecondsOf(Way way, byte[] batch, int times)
    {
        ProcessorUse use = ProcessorUse.Of(() =>
        {
            for (int i = 0; i < times; i++) Judge(way, batch);
        });
        return use.Processor.TotalMicroseconds / times;
    }

    private static void Judge(Way way, byte[] batch)
    {
        bool isRight = way switch
        {
            Way.NotOpened => RecordBatch.TryRead(batch, out RecordBatch view) && view.IsCrcValid(),
            Way.AtOnce => !RecordBatchValidator.TryValidateAtOnce(batch, Rules, Now, out RecordBatchVerdict verdict)
                || verdict.IsAccepted,
            _ => RecordBatchValidator.Validate(batch, Rules, Now, out _).IsAccepted,
        };
        if (!isRight) throw new InvalidOperationException("a good batch was refused");
    }
}

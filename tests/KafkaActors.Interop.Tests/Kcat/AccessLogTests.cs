using System.Globalization;
using KafkaActors.Interop.Tests.Exchange;
using KafkaActors.Interop.Tests.Harness;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Interop.Tests.Kcat;

/// <summary>A web server's log of 10,000 lines through kcat, with every codec, and parts of it back.</summary>
[Category("Interop")]
internal sealed class AccessLogTests
{
    private const int Lines = 10_000;
    private const int FewLines = 10;

    private static IReadOnlyList<string> AllCodecs => Codecs.All;

    [OneTimeSetUp]
    public async Task Produce()
    {
        await ClientProgram.Kcat.RequireAsync();
        foreach (string codec in AllCodecs)
        {
            await InteropSuite.Node.CreateTopicAsync(Topic(codec));
            await KcatRun.OfAsync("-P", "-t", Topic(codec), "-z", codec, "-l", AccessLog.Path);
        }
    }

    [TestCaseSource(nameof(AllCodecs))]
    public void The_batches_are_stored_as_kcat_compressed_them(string codec)
    {
        IReadOnlyList<RecordBatch> batches = InteropSuite.Node.Batches(Topic(codec), 0);
        Assert.That(batches.Sum(batch => batch.RecordCount), Is.EqualTo(Lines));
        // librdkafka sends a batch as it is that its codec makes no smaller, as one of a few lines may be.
        Assert.That(
            batches.Where(batch => batch.RecordCount >= FewLines).Select(batch => batch.Attributes.Compression),
            Is.Not.Empty.And.All.EqualTo(Enum.Parse<CompressionType>(codec, ignoreCase: true)));
    }

    [TestCaseSource(nameof(AllCodecs))]
    public async Task The_whole_log_comes_back_identical(string codec)
    {
        ProgramRun run = await KcatRun.OfAsync("-C", "-t", Topic(codec), "-o", "beginning", "-e", "-q");
        AssertLines(run, ..);
    }

    [TestCaseSource(nameof(AllCodecs))]
    public async Task Reading_starts_at_an_offset_inside_a_batch(string codec)
    {
        ProgramRun run = await KcatRun.OfAsync("-C", "-t", Topic(codec), "-p", "0", "-o", "7777", "-e", "-q");
        AssertLines(run, 7777..);
    }

    [TestCaseSource(nameof(AllCodecs))]
    public async Task Reading_ends_after_a_count(string codec)
    {
        ProgramRun run = await KcatRun.OfAsync("-C", "-t", Topic(codec), "-o", "1234", "-c", "500", "-q");
        AssertLines(run, 1234..1734);
    }

    [TestCaseSource(nameof(AllCodecs))]
    public async Task Reading_starts_a_number_of_lines_before_the_end(string codec)
    {
        ProgramRun run = await KcatRun.OfAsync("-C", "-t", Topic(codec), "-p", "0", "-o", "-42", "-e", "-q");
        AssertLines(run, ^42..);
    }

    [TestCaseSource(nameof(AllCodecs))]
    public async Task Reading_starts_and_stops_at_times(string codec)
    {
        ProgramRun listed = await KcatRun.OfAsync(
            "-C", "-t", Topic(codec), "-o", "beginning", "-e", "-q", "-f", "%T\n");
        long[] times = [.. listed.OutputLines.Select(line => long.Parse(line, CultureInfo.InvariantCulture))];
        (long from, long to) = (times[3000], times[8000]);
        Assert.That(times, Is.Ordered);

        ProgramRun rest = await KcatRun.OfAsync("-C", "-t", Topic(codec), "-o", $"s@{from}", "-e", "-q");
        ProgramRun part = await KcatRun.OfAsync("-C", "-t", Topic(codec), "-o", $"s@{from}", "-o", $"e@{to}", "-q");

        int first = Array.FindIndex(times, time => time >= from);
        AssertLines(rest, first..);
        AssertLines(part, first..Array.FindIndex(times, time => time >= to));
    }

    private static string Topic(string codec) => $"access-log-{codec}";

    private static void AssertLines(ProgramRun run, Range lines) => AccessLog.AssertSame(run.OutputBytes, lines);
}

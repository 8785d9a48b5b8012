using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests;

public sealed class SegmentSettingsTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    [Test]
    public async Task With_preallocate_each_segment_s_space_is_reserved_and_given_back_when_it_is_sealed()
    {
        var files = new SimulatedFileSystem();
        var seen = new List<(string Operation, string Name)>();
        files.Before = (operation, path) => seen.Add((operation, Path.GetFileName(path)));
        await using var log = new SimulatedLog(
            files, LogConfig.Default with { Preallocate = true, SegmentBytes = 1000 });
        log.AppendMany(15);
        string[] segments =
        [
            .. files.FileNames("/data/events-0")
                .Where(name => name.EndsWith(".log", StringComparison.Ordinal)).Order(),
        ];
        Assert.That(segments, Has.Length.EqualTo(2));
        Assert.That(seen.Where(one => one.Operation == "reserve").Select(one => one.Name), Is.EqualTo(segments));
        Assert.That(
            seen.LastIndexOf(("truncate", segments[0])), Is.GreaterThan(seen.IndexOf(("reserve", segments[1]))));
    }

    [Test]
    public async Task Without_it_nothing_is_reserved()
    {
        var files = new SimulatedFileSystem();
        var seen = new List<string>();
        files.Before = (operation, _) => seen.Add(operation);
        await using var log = new SimulatedLog(files, LogConfig.Default with { SegmentBytes = 1000 });
        log.AppendMany(15);
        Assert.That(seen, Has.No.Member("reserve"));
    }

    [Test]
    public async Task A_reserved_file_is_as_long_as_what_is_in_it()
    {
        await using var log = new TemporaryLog(LogConfig.Default with { Preallocate = true, SegmentBytes = 1 << 20 });
        log.AppendMany(3);
        Assert.That(new FileInfo(log.Files(".log").Single()).Length, Is.EqualTo(3 * 101));
        await log.Kill();
        log.Open();
        Assert.That(log.Log.LogEndOffset, Is.EqualTo(3));
    }

    [Test]
    public async Task Jitter_takes_for_each_segment_another_part_off_its_age_and_never_more_than_it_says()
    {
        await using var log = new TemporaryLog(LogConfig.Default with
        {
            SegmentAge = 100 * Step, SegmentJitter = 50 * Step, TimestampBeforeMax = null,
        });
        for (int i = 0; i < 2_000; i++)
            log.Append(new TestBatch { Timestamp = (long)(i * Step).TotalMilliseconds });
        long[] starts = [.. log.Files(".log").Select(path => long.Parse(
            Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture))];
        long[] lengths = [.. starts.Skip(1).Zip(starts, (next, start) => next - start)];
        Assert.That(lengths, Has.Length.GreaterThan(19), "without jitter there are 19");
        Assert.That(lengths, Is.All.InRange(51, 101));
        Assert.That(lengths.Distinct().Count(), Is.GreaterThan(3));
    }

    [Test]
    public async Task Jitter_of_more_than_the_age_rolls_no_segment_before_its_second_batch()
    {
        await using var log = new TemporaryLog(
            LogConfig.Default with { SegmentAge = Step, SegmentJitter = TimeSpan.MaxValue });
        for (int i = 0; i < 20; i++) log.Append(new TestBatch { Timestamp = 1_000 });
        Assert.That(log.Files(".log"), Has.Length.EqualTo(1));
    }
}

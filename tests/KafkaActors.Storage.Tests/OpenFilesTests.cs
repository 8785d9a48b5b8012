using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;
using KafkaActors.TestKit;

namespace KafkaActors.Storage.Tests;

/// <summary>Files and the descriptors that the process has for them.</summary>
public sealed class OpenFilesTests
{
    private OpenFiles _counted = null!;
    private PhysicalFileSystem _files = null!;

    [SetUp]
    public void CreateFiles()
    {
        _counted = new OpenFiles();
        _files = new PhysicalFileSystem(_counted);
    }

    [Test]
    public void A_segment_that_finds_no_descriptor_takes_one_that_is_idle_and_fails_when_all_are_in_use()
    {
        using TempDirectory directory = new();
        var budget = new OpenFileBudget(capacity: 100, _counted);
        SegmentFile[] segments = [.. Enumerable.Range(0, 3).Select(number => Segment(directory, number, budget))];
        segments[0].Acquire();
        segments[1].Acquire();
        _counted.Limit = 2;
        Assert.That(() => segments[2].Acquire(), Throws.TypeOf<TooManyOpenFilesException>());
        segments[0].Release();
        Assert.That(segments[2].Acquire(), Is.Not.Null);
        segments[1].Release();
        Assert.That(segments[0].Acquire(), Is.Not.Null, "it is opened again");
    }

    [Test]
    public void A_file_that_is_closed_twice_or_not_there_gives_back_what_it_took_once()
    {
        using TempDirectory directory = new();
        ILogFile file = _files.OpenOrCreate(Path.Combine(directory.Path, "a"));
        Assert.That(_counted.Count, Is.EqualTo(1));
        file.Dispose();
        file.Dispose();
        Assert.That(
            () => _files.Open(Path.Combine(directory.Path, "none")), Throws.InstanceOf<IOException>());
        Assert.That(_counted.Count, Is.Zero);
    }

    private SegmentFile Segment(TempDirectory directory, int number, OpenFileBudget budget)
    {
        string path = Path.Combine(directory.Path, $"{number}.log");
        File.WriteAllBytes(path, [1]);
        return new SegmentFile(_files, path, budget);
    }
}

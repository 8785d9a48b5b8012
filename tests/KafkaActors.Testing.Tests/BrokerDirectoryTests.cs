using System.Globalization;
using KafkaActors.TestKit;

namespace KafkaActors.Testing.Tests;

public sealed class BrokerDirectoryTests
{
    // Above the greatest process id that an operating system gives.
    private const int Gone = int.MaxValue;

    private TempDirectory _parent = null!;

    [SetUp]
    public void Create() => _parent = new TempDirectory();

    [TearDown]
    public void Remove() => _parent.Dispose();

    [Test]
    public void What_a_killed_process_left_behind_is_deleted()
    {
        string path = Left(Gone);
        AbandonedDirectories.DeleteIn(_parent.Path);
        Assert.That(Directory.Exists(path), Is.False);
    }

    [Test]
    public void What_a_running_process_stopped_using_is_left_to_it()
    {
        string path = Left(Environment.ProcessId);
        AbandonedDirectories.DeleteIn(_parent.Path);
        Assert.That(Directory.Exists(path), Is.True);
    }

    [Test]
    public void What_is_locked_by_a_process_that_cannot_be_seen_is_left_alone()
    {
        string path = Left(Gone);
        using (new FileStream(
            Path.Combine(path, BrokerDirectory.OwnerFile), FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            AbandonedDirectories.DeleteIn(_parent.Path);
        }

        Assert.That(File.Exists(Path.Combine(path, "data", "record")), Is.True);
    }

    [TestCase("kafka-actors-testing-notes")]
    [TestCase("something-else")]
    public void Directories_of_others_are_left_alone(string name)
    {
        Directory.CreateDirectory(_parent.Combine(name));
        AbandonedDirectories.DeleteIn(_parent.Path);
        Assert.That(Directory.Exists(_parent.Combine(name)), Is.True);
    }

    [Test]
    public void A_temporary_directory_says_whose_it_is_and_cannot_be_taken_over()
    {
        using BrokerDirectory directory = BrokerDirectory.Temporary();
        string path = Path.GetDirectoryName(directory.DataPath)!;
        string process = Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        Assert.That(Path.GetFileName(path), Does.StartWith($"kafka-actors-testing-{process}-"));
        Assert.That(BrokerDirectory.TakeOver(path), Is.Null);
    }

    private string Left(int process)
    {
        string path = _parent.Combine(
            string.Create(CultureInfo.InvariantCulture, $"{BrokerDirectory.Prefix}{process}-abc"));
        Directory.CreateDirectory(Path.Combine(path, "data"));
        File.WriteAllText(Path.Combine(path, "data", "record"), "x");
        File.WriteAllText(Path.Combine(path, BrokerDirectory.OwnerFile), "");
        return path;
    }
}

using KafkaActors.TestKit;

namespace KafkaActors.Tidy.Tests.TestKit;

public sealed class TempDirectoryTests
{
    [Test]
    public void The_directory_is_removed_with_what_is_in_it()
    {
        string path;
        using (TempDirectory directory = new())
        {
            path = directory.Path;
            File.WriteAllText(directory.Combine("file"), "text");
            Assert.That(Directory.GetFiles(path), Has.Length.EqualTo(1));
        }

        Assert.That(Directory.Exists(path), Is.False);
    }
}

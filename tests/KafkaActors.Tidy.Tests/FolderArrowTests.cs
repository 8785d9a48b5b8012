namespace KafkaActors.Tidy.Tests;

/// <summary>
/// The folders of the broker are features whose arrows run one way: a file uses types of its own folder and of those
/// that stand below it here, so there is no cycle.
/// </summary>
public sealed class FolderArrowTests
{
    // From the top: who starts everything, doors, what they share, what is served, what all build on.
    private static readonly string[] Order =
    [
        "Hosting", "NodeMessages",
        "Listener", "FrontDoor",
        "Handlers", "Serving",
        "Groups", "Coordinators", "Journal", "Partitions", "Bootstrap", "Controller",
        "Downing", "Supervision", "Dispatch", "Budgets", "Causes", "Configuration",
    ];

    // Folders that stand side by side: neither knows the other.
    private static readonly (string, string)[] Strangers = [("Listener", "FrontDoor")];

    private static readonly Lazy<BrokerFolders> Folders = new(() => new BrokerFolders());

    [Test]
    public void Every_folder_has_its_place() =>
        Assert.That(Folders.Value.Names, Is.SubsetOf(Order), "give a new folder its place in the order");

    [Test]
    public void A_folder_uses_only_those_below_it()
    {
        string[] wrong = [.. Folders.Value.Arrows
            .Where(arrow => PlaceOf(arrow.To) < PlaceOf(arrow.From))
            .Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Use}")];
        Assert.That(wrong, Is.Empty, "move the type to where both may use it");
    }

    [Test]
    public void Doors_do_not_know_each_other()
    {
        string[] wrong = [.. Folders.Value.Arrows
            .Where(arrow => Strangers.Contains((arrow.From, arrow.To)) || Strangers.Contains((arrow.To, arrow.From)))
            .Select(arrow => $"{arrow.From} -> {arrow.To}: {arrow.Use}")];
        Assert.That(wrong, Is.Empty);
    }

    [Test]
    public void The_README_lists_every_folder()
    {
        string readme = Repository.ReadText("src/KafkaActors.Broker/README.md");
        Assert.That(Folders.Value.Names.Where(name => !readme.Contains($"| [{name}]({name}) |")), Is.Empty);
    }

    private static int PlaceOf(string folder) => Array.IndexOf(Order, folder);
}

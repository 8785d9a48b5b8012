using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Hosting;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Tests.Budgets;

public sealed class DescriptorBudgetTests
{
    private const int AtRest = 100;
    private const int Shared = 20;
    private const int Limit = AtRest + DescriptorBudget.Reserve + Shared;

    private OpenFiles _files = null!;
    private int? _inUse;
    private DescriptorBudget _budget = null!;

    [SetUp]
    public void CreateBudget()
    {
        _files = new OpenFiles();
        _inUse = AtRest;
        _budget = new DescriptorBudget(Limit, _files, () => _inUse);
    }

    [Test]
    public void Connections_get_half_of_what_is_not_at_rest_and_leave_the_other_to_files()
    {
        int connections = Count(_budget.TryAddConnection);
        int files = Count(TryOpen);
        Assert.That((connections, files), Is.EqualTo((Shared / 2, Shared / 2)));
        _budget.RemoveConnection();
        Assert.That(_budget.TryAddConnection(), Is.True);
    }

    [Test]
    public void Files_take_what_connections_do_not_and_keep_connections_out()
    {
        Assert.That(Count(TryOpen), Is.EqualTo(Shared));
        Assert.That(_budget.TryAddConnection(), Is.False);
        _files.Remove();
        Assert.That(_budget.TryAddConnection(), Is.True);
    }

    [Test]
    public void What_others_have_opened_meanwhile_is_left_out_of_what_is_shared()
    {
        Assert.That(_budget.TryAddConnection() && TryOpen(), Is.True);
        _inUse = AtRest + 2 + 8;
        _budget.Measure();
        Assert.That(_budget.Shared, Is.EqualTo(Shared - 8));
        Assert.That(Count(TryOpen), Is.EqualTo(Shared - 8 - 2));
    }

    [Test]
    public void Without_a_descriptor_to_look_with_nobody_gets_one_until_there_is()
    {
        _inUse = null;
        _budget.Measure();
        Assert.That(_budget.TryAddConnection() || TryOpen(), Is.False);
        _inUse = AtRest;
        _budget.Measure();
        Assert.That(_budget.TryAddConnection() && TryOpen(), Is.True);
    }

    [TestCase("Max open files            1024                 524288               files     ", 1024)]
    [TestCase("Max open files            unlimited            unlimited            files     ", null)]
    [TestCase("Max processes             1024                 524288               processes ", null)]
    public void The_limit_is_read_as_Linux_writes_it(string line, int? limit) =>
        Assert.That(ProcessDescriptors.LimitIn(["Limit   Soft Limit   Hard Limit   Units", line]), Is.EqualTo(limit));

    private static int Count(Func<bool> tryTake)
    {
        int taken = 0;
        while (tryTake()) taken++;
        return taken;
    }

    private bool TryOpen()
    {
        try
        {
            _files.Check("a file");
            _files.Add();
            return true;
        }
        catch (TooManyOpenFilesException)
        {
            return false;
        }
    }
}

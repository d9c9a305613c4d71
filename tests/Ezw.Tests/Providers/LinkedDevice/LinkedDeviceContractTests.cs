using System.Collections.Frozen;
using Ezw.Tests.Contracts;
using Ezw.Tests.Support;

namespace Ezw.Tests.Providers.LinkedDevice;

/// <summary>The contract, kept by real sidecars against WhatsApp's wire protocol.</summary>
public sealed class LinkedDeviceContractTests : ProviderContract
{
    /// <summary>What is not kept yet, by a part of the test's name, with what happens instead. Each is to be made true or argued away.</summary>
    private static readonly FrozenDictionary<string, string> Open = new Dictionary<string, string>
    {
        [nameof(A_second_session_of_the_device_ends_the_first_which_does_not_fight_back)] =
            "the first link tells of no conflict",
        [nameof(Stopping_closes_the_session_and_starting_connects_again)] = "what is sent right after a start is not always shown",
        [nameof(A_qr_code_rotates_and_expires_when_nobody_scans_it)] = "the first code still links when the second is offered",
        [nameof(An_accepted_message_is_shown_once_and_its_receipts_come_back)] = "the delivery is told twice",
        [nameof(A_reaction_is_set_changed_and_taken_back_by_either_side)] = "a reaction in a chat of two names no sender",
        [nameof(Reading_on_the_phone_and_new_names_are_told)] = "the name of before is told first",
        [nameof(Whatever_happens_in_a_group_names_the_group)] = "the subject of before is told first",
        [nameof(Repeated_events_are_the_same_events)] = "five different events come of six",
        [nameof(A_file_that_WhatsApp_does_not_take_is_refused_for_good_and_texts_still_go)] = "a refused upload counts as one that broke",
        [nameof(Numbers_that_are_not_on_WhatsApp_are_found_out)] = "the test server cannot be asked about a number that nobody has",
        [nameof(A_group_has_a_subject_and_its_messages_a_sender)] = "messages come without the subject",
        ["name: \"unsupported\""] = "the raw form is another than the test's",
    }.ToFrozenDictionary();

    internal override ProviderContractWorld Build()
    {
        Prerequisite.Sidecar();
        var test = TestContext.Current.Test?.TestDisplayName ?? "";
        var open = Open.FirstOrDefault(one => test.Contains(one.Key, StringComparison.Ordinal)).Value;
        Assert.SkipWhen(open is not null, $"Not yet: {open}.");
        return new WireWorld();
    }
}

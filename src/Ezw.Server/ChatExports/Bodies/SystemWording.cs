namespace Ezw.ChatExports.Bodies;

/// <summary>
/// Tells what WhatsApp says from what people say. Android writes its own lines without a sender; iPhones put the chat or a member in
/// the sender's place, and only a mark before the text and the words themselves give the line away.
/// </summary>
internal static class SystemWording
{
    private static readonly string[] Encryption =
    [
        "end-to-end encrypted", "end-to-end encryption", "מוצפנות מקצה לקצה", "Ende-zu-Ende-verschlüsselt",
        "cifrados de extremo a extremo", "cifradas de extremo a extremo", "chiffrés de bout en bout", "crittografati end-to-end",
        "crittografia end-to-end", "criptografia de ponta a ponta", "criptografadas de ponta a ponta", "end-to-end versleuteld",
        "защищены сквозным шифрованием", "uçtan uca şifrelidir", "مشفرة تمامًا بين الطرفين", "رمزنگاری سرتاسری", "end-to-end-krypteret",
        "täysin salattuja",
    ];

    // What people write about encryption does not begin like this.
    private static readonly string[] EncryptionOpenings =
    [
        "Messages and calls", "Messages to this", "Messages you send", "ההודעות והשיחות", "הודעות ושיחות", "ההודעות",
        "Nachrichten und Anrufe", "Los mensajes y las llamadas", "Les messages et les appels", "I messaggi e le chiamate",
        "As mensagens e as", "Berichten en oproepen",
    ];

    // Each takes a name in quotes, in which a colon may stand.
    private static readonly string[] Naming =
    [
        "changed the subject", "changed the group name", "changed this group", "changed the group", "created group", "created the group",
        "שינה את שם הקבוצה", "שינתה את שם הקבוצה", "שינית את שם הקבוצה", "שם הקבוצה השתנה", "יצר/ה את הקבוצה", "יצרת את הקבוצה",
        "הקבוצה נוצרה", "hat den Betreff", "hat den Gruppennamen", "hat die Gruppe", "Gruppe erstellt", "cambió el asunto",
        "cambió el nombre del grupo", "creó el grupo", "a changé le sujet", "a changé le nom du groupe", "a créé le groupe",
        "ha cambiato l'oggetto", "ha cambiato il nome del gruppo", "ha creato il gruppo", "mudou o nome do grupo",
        "alterou o nome do grupo", "criou o grupo", "criou grupo", "heeft het onderwerp", "heeft de groep", "создал(-а) группу",
        "grubu oluşturdu", "أنشأ المجموعة",
    ];

    private static readonly string[] Membership =
    [
        " added ", " was added", " were added", " left", " removed ", " joined ", "now an admin", "no longer an admin", "invite link",
        "this group", "the group", "צירף", "צורפ", "צירפ", "הצטרף", "הצטרפ", "עזב", "יצא/ה", "הוסיף", "הוספת", "הוסר", "קבוצה", "Gruppe",
        "hinzugefügt", "añadió a", "se unió", "salió del", "grupo", "groupe", "a ajouté", "a quitté", "gruppo", "ha aggiunto",
        "adicionou", "entrou usando", "saiu", "groep", "toegevoegd", "групп", "grubu", "المجموعة",
    ];

    private static readonly string[] Events =
    [
        "changed", "security code", "pinned a message", "disappearing messages", "blocked this contact", "unblocked this contact",
        "business account", "is a contact", "שינה", "שינת", "שינית", "השתנ", "קוד האבטחה", "הודעות נעלמות", "חסמת", "הצמיד", "geändert",
        "Sicherheitsnummer", "cambió", "código de seguridad", "a changé", "code de sécurité", "ha cambiato", "codice di sicurezza",
        "mudou", "código de segurança", "gewijzigd", "beveiligingscode",
    ];

    /// <summary>True when what seems to be a sender is the beginning of a line of WhatsApp's own.</summary>
    public static bool IsNaming(ReadOnlySpan<char> text) => HoldsAny(text, Naming);

    /// <summary>True when a text with a sender is WhatsApp's own.</summary>
    public static bool IsSystem(string body) => body.Length > 0 && Invisible.IsMark(body[0])
        ? HoldsAny(body, Encryption) || HoldsAny(body, Membership) || HoldsAny(body, Naming) || HoldsAny(body, Events)
        : Array.Exists(EncryptionOpenings, opening => body.StartsWith(opening, StringComparison.Ordinal)) && HoldsAny(body, Encryption);

    /// <summary>True when a line of WhatsApp's own speaks of members, whom a chat of two does not have.</summary>
    public static bool IsOfGroup(string body) => !HoldsAny(body, Encryption) && (HoldsAny(body, Membership) || HoldsAny(body, Naming));

    private static bool HoldsAny(ReadOnlySpan<char> text, string[] phrases)
    {
        foreach (var phrase in phrases)
        {
            if (text.Contains(phrase, StringComparison.Ordinal))
                return true;
        }
        return false;
    }
}

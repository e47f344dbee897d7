import type { Words } from './words.js';

/** Every word of the pages of sign-in, in German. */
export const de: Words = {
  lang: 'de',
  document: {
    faulty: (title) => `Fehler: ${title}`,
    links: 'Über diese App',
    support: 'Hilfe',
    privacy: 'Datenschutz',
    terms: 'Nutzungsbedingungen',
  },
  fields: {
    email: 'E-Mail-Adresse',
    password: 'Passwort',
    newPassword: 'Neues Passwort',
    passwordHint: 'Mindestens 8 Zeichen. Einige Wörter hintereinander sind sicher und leicht zu merken.',
    name: 'Name',
    nameHint: 'Freiwillig. So darf die App Sie ansprechen.',
    code: '6-stelliger Code',
    recoveryCode: 'Wiederherstellungscode',
  },
  actions: {
    cancel: 'Abbrechen',
    backToSignIn: 'Zurück zur Anmeldung',
    goOn: 'Weiter',
  },
  login: {
    title: 'Anmelden',
    submit: 'Anmelden',
    forgot: 'Passwort vergessen?',
    or: 'oder',
    withProvider: (name) => `Weiter mit ${name}`,
    withPasskey: 'Mit Passkey anmelden',
    newHere: (app) => `Neu bei ${app}?`,
    register: 'Konto anlegen',
  },
  register: {
    title: 'Konto anlegen',
    submit: 'Konto anlegen',
    known: 'Sie haben schon ein Konto?',
    signIn: 'Anmelden',
    agree: (app) => `Mit dem Anlegen eines Kontos akzeptieren Sie die Nutzungsbedingungen von ${app}.`,
    closedTitle: 'Zurzeit keine neuen Konten',
    closed: (app) => `${app} nimmt im Moment keine neuen Konten an. Wenn Sie eines haben, melden Sie sich damit an.`,
  },
  checkMail: {
    title: 'Sehen Sie in Ihre E-Mails',
    sentTo: (email) => `Wir haben eine Nachricht an ${email} geschickt.`,
    sent: 'Wir haben eine Nachricht an die angegebene Adresse geschickt.',
    required: 'Öffnen Sie den Link darin, um Ihre Adresse zu bestätigen, und melden Sie sich dann hier an.',
    later:
      'Sie können sich gleich anmelden. Bitte öffnen Sie den Link in der Nachricht in den nächsten Tagen, um Ihre Adresse zu bestätigen.',
    nothing:
      'Nach einigen Minuten ist nichts da? Sehen Sie im Spam-Ordner nach, und prüfen Sie die Adresse auf Tippfehler.',
    signIn: 'Anmelden',
    again: 'Andere Adresse verwenden',
    sendAgain: 'Nachricht noch einmal schicken',
    sentAgain: 'Die Nachricht ist noch einmal unterwegs.',
    unproven:
      'Ihre E-Mail-Adresse ist noch nicht bestätigt. Öffnen Sie den Link in der Nachricht, die wir dorthin geschickt haben, und melden Sie sich dann hier an.',
  },
  choice: {
    title: 'Haben Sie schon ein Konto?',
    text: 'Dann melden Sie sich einmal damit an, und beides gehört zusammen. Sonst legen wir eines für Sie an.',
    mine: 'Ja, damit anmelden',
    create: 'Nein, eines anlegen',
  },
  consent: {
    title: (app) => `Bei ${app} anmelden`,
    intro: 'Sie sind angemeldet als',
    goOnAs: (name) => `Weiter als ${name}`,
    somebody: 'Ihr Konto',
    goOn: 'Weiter',
    another: 'Anderes Konto verwenden',
  },
  accountChoice: {
    title: 'Haben Sie schon ein Konto?',
    text: 'Wenn Sie diese App schon einmal benutzt haben, melden Sie sich dort an; beide werden dann verbunden.',
    create: 'Ich bin neu hier',
    have: 'Ich habe ein Konto',
  },
  secondFactor: {
    title: 'Bestätigen Sie, dass Sie es sind',
    enterCode: 'Geben Sie den Code ein, den Ihre Authenticator-App für dieses Konto anzeigt.',
    submit: 'Bestätigen',
    passkeyOnly: 'Bestätigen Sie mit dem Passkey dieses Kontos.',
    withPasskey: 'Passkey verwenden',
    withRecoveryCode: 'Wiederherstellungscode verwenden',
    withCode: 'Authenticator-App verwenden',
    recoveryTitle: 'Wiederherstellungscode verwenden',
    recovery:
      'Geben Sie einen der Codes ein, die Sie beim Einrichten der Anmeldung in zwei Schritten gespeichert haben. Jeder gilt einmal.',
    recoveryHint: 'Groß- und Kleinschreibung und Bindestriche sind egal.',
    lost: 'Alle verloren? Wenden Sie sich an die Hilfe der App.',
  },
  enrol: {
    title: 'Anmeldung in zwei Schritten einrichten',
    intro: (app) =>
      `${app} verlangt beim Anmelden einen zweiten Schritt. Dafür brauchen Sie eine Authenticator-App auf Ihrem Telefon.`,
    scan: 'Scannen Sie dieses Bild mit Ihrer Authenticator-App.',
    orType: 'Wenn Sie es nicht scannen können, öffnen Sie dort diesen Schlüssel oder tippen Sie ihn ein:',
    open: 'In der Authenticator-App öffnen',
    enter: 'Geben Sie den 6-stelligen Code ein, den sie jetzt anzeigt.',
    picture: 'QR-Code mit dem Schlüssel für die Authenticator-App; der Schlüssel steht auch darunter als Text.',
    submit: 'Einschalten',
    factorName: 'Authenticator-App',
    codesTitle: 'Speichern Sie Ihre Codes',
    codes:
      'Die Anmeldung in zwei Schritten ist eingeschaltet. Wenn Sie Ihr Telefon verlieren, kommen Sie mit einem dieser Codes hinein. Jeder gilt einmal, und sie werden nur jetzt angezeigt.',
    codesList: 'Wiederherstellungscodes',
    saved: 'Ich habe sie gespeichert',
  },
  recover: {
    askTitle: 'Passwort zurücksetzen',
    ask: 'Geben Sie die E-Mail-Adresse Ihres Kontos an. Wir schicken Ihnen einen Link.',
    send: 'Link schicken',
    sentTitle: 'Sehen Sie in Ihre E-Mails',
    sent: (email) => `Wenn es ein Konto mit der Adresse ${email} gibt, ist ein Link unterwegs. Er gilt nur kurze Zeit.`,
    sentSomewhere: 'Wenn es ein Konto mit dieser Adresse gibt, ist ein Link unterwegs. Er gilt nur kurze Zeit.',
    resetTitle: 'Neues Passwort wählen',
    reset: 'Alle angemeldeten Geräte müssen sich danach neu anmelden.',
    save: 'Passwort speichern',
    doneTitle: 'Ihr Passwort ist geändert',
    done: 'Gehen Sie zurück zur App und melden Sie sich mit dem neuen Passwort an.',
    staleTitle: 'Dieser Link gilt nicht mehr',
    stale:
      'Links zum Zurücksetzen eines Passworts gelten einmal und nur kurze Zeit. Fordern Sie in der App einen neuen an.',
  },
  verify: {
    title: 'E-Mail-Adresse bestätigen',
    ask: 'Tippen Sie auf den Knopf, um zu bestätigen, dass diese Adresse Ihnen gehört.',
    submit: 'Adresse bestätigen',
    doneTitle: 'Ihre Adresse ist bestätigt',
    done: 'Vielen Dank. Sie können diese Seite schließen und zur App zurückkehren.',
    staleTitle: 'Dieser Link gilt nicht mehr',
    stale:
      'Links zum Bestätigen einer Adresse gelten einmal und für begrenzte Zeit. Wenn Ihre Adresse noch nicht bestätigt ist, fordern Sie in der App einen neuen Link an.',
  },
  undo: {
    title: 'Die Adresse zurückholen',
    ask: 'Ihr Konto hat jetzt eine andere E-Mail-Adresse. Wenn nicht Sie das geändert haben, machen Sie es rückgängig: Diese Adresse gilt wieder, alle Geräte werden abgemeldet, und Sie wählen ein neues Passwort.',
    submit: 'Das war ich nicht: rückgängig machen',
    doneTitle: 'Ihre Adresse gilt wieder',
    done: 'Alle Geräte sind abgemeldet. Wenn Ihr Konto ein Passwort hat, haben wir Ihnen einen Link geschickt, mit dem Sie ein neues wählen: Das alte gilt nicht mehr.',
    staleTitle: 'Dieser Link gilt nicht mehr',
    stale: 'Links zum Rückgängigmachen gelten einmal und sieben Tage lang. Wenden Sie sich an den Support der App.',
  },
  signOut: {
    title: 'Abmelden?',
    ask: (app) => `Möchten Sie sich in diesem Browser von ${app} abmelden?`,
    yes: 'Abmelden',
    no: 'Angemeldet bleiben',
    doneTitle: 'Sie sind abgemeldet',
    done: 'Sie können diese Seite schließen.',
  },
  over: {
    title: 'Diese Anmeldung ist zu Ende',
    text: 'Sie hat zu lange gedauert oder wurde in einem anderen Fenster beendet. Gehen Sie zurück zur App und beginnen Sie neu.',
  },
  mailCode: {
    title: 'Sehen Sie in Ihre E-Mails',
    text: 'Diese Anmeldung ist ungewöhnlich. Deshalb haben wir einen Code an die E-Mail-Adresse dieses Kontos geschickt. Geben Sie ihn hier ein.',
    again: 'Neuen Code schicken',
  },
  refused: {
    title: 'Die Anmeldung war nicht möglich',
    text: 'Diese Anmeldung war ungewöhnlich und wurde zum Schutz des Kontos angehalten. Versuchen Sie es später mit einem Gerät und in einem Netz, die Sie schon benutzt haben, oder setzen Sie Ihr Passwort zurück.',
    disabled: 'Dieses Konto kann zurzeit nicht benutzt werden. Wenden Sie sich an die Hilfe der App.',
    passwordTitle: 'Neues Passwort wählen',
    password:
      'Dieses Konto braucht ein neues Passwort, bevor sich jemand damit anmelden kann. Wir schicken einen Link an seine E-Mail-Adresse.',
    reset: 'Passwort zurücksetzen',
  },
  failure: {
    requestTitle: 'Die Anfrage der App geht so nicht',
    request:
      'Gehen Sie zurück zur App und versuchen Sie es noch einmal. Wenn es wieder geschieht, nennen Sie den Machern der App, was hier steht:',
    title: 'Bei uns ist etwas schiefgegangen',
    text: 'Sie haben nichts falsch gemacht. Warten Sie einen Moment und versuchen Sie es noch einmal.',
    busyTitle: 'Im Moment ist zu viel los',
    formTitle: 'Das Formular ist nicht richtig angekommen',
    form: 'Gehen Sie zurück und versuchen Sie es noch einmal.',
    tooLarge: 'Das war mehr Text, als dieses Formular annimmt. Gehen Sie zurück und geben Sie etwas Kürzeres ein.',
    reference: (id) => `Kennzeichen: ${id}`,
  },
  problems: {
    email_missing: 'Geben Sie Ihre E-Mail-Adresse ein.',
    email_malformed: 'Das sieht nicht nach einer E-Mail-Adresse aus. Sie sollte wie name@example.com aussehen.',
    name_too_long: 'Geben Sie einen Namen mit höchstens 100 Zeichen ein.',
    password_missing: 'Geben Sie Ihr Passwort ein.',
    new_password_missing: 'Wählen Sie ein Passwort.',
    password_too_short: 'Wählen Sie ein Passwort mit mindestens 8 Zeichen.',
    password_too_long: 'Wählen Sie ein kürzeres Passwort.',
    password_not_text:
      'Dieses Passwort hat ein Zeichen, das andere Geräte nicht eingeben können. Wählen Sie ein anderes.',
    password_breached: 'Dieses Passwort steht auf Listen, die Diebe zuerst versuchen. Wählen Sie ein anderes.',
    password_guessable:
      'Wählen Sie ein Passwort, das mehr ist als Ihr Name, Ihre E-Mail-Adresse oder der Name der App.',
    code_missing: 'Geben Sie den Code ein.',
    code_malformed: 'Geben Sie die 6 Ziffern ein, die die Authenticator-App anzeigt.',
    code_wrong: 'Dieser Code stimmt nicht oder wurde schon benutzt. Warten Sie auf den nächsten und geben Sie den ein.',
    recovery_code_wrong:
      'Dieser Code stimmt nicht oder wurde schon benutzt. Geben Sie einen anderen Ihrer Wiederherstellungscodes ein.',
    mail_code_wrong:
      'Dieser Code stimmt nicht oder ist zu alt. Prüfen Sie ihn, oder lassen Sie sich einen neuen schicken.',
    credentials_wrong:
      'E-Mail-Adresse und Passwort passen zu keinem Konto. Prüfen Sie beides, oder setzen Sie Ihr Passwort zurück.',
    credentials_wrong_or_unproven:
      'E-Mail-Adresse und Passwort passen zu keinem Konto, oder die Adresse ist noch nicht bestätigt: Öffnen Sie den Link in unserer Nachricht. Prüfen Sie beides, oder setzen Sie Ihr Passwort zurück, was auch die Adresse bestätigt.',
    slow_down: (wait) => `Zu viele Versuche. Versuchen Sie es ${wait} noch einmal.`,
    email_taken:
      'Ein anderes Konto hat diese Adresse inzwischen. Deshalb kann sie für dieses nicht bestätigt werden. Melden Sie sich bei jenem Konto an, oder wählen Sie in der App eine andere Adresse.',
    form_stale: 'Diese Seite war zu lange offen. Bitte geben Sie es noch einmal ein.',
    passkey_refused:
      'Dieser Passkey hat hier nicht funktioniert. Versuchen Sie es noch einmal, oder melden Sie sich anders an.',
    passkey_failed: 'Es wurde kein Passkey benutzt. Versuchen Sie es noch einmal, oder melden Sie sich anders an.',
    provider_silent: (name) =>
      `${name} antwortet im Moment nicht. Melden Sie sich anders an, oder versuchen Sie es später noch einmal.`,
    provider_failed: (name) =>
      `Die Anmeldung mit ${name} hat nicht geklappt. Versuchen Sie es noch einmal, oder melden Sie sich anders an.`,
    provider_cancelled: (name) => `Die Anmeldung mit ${name} wurde abgebrochen.`,
    needs_proof: (name) =>
      `Zu dieser Adresse gibt es schon ein Konto. Melden Sie sich hier einmal damit an, dann geht es künftig auch mit ${name}.`,
  },
  waits: {
    seconds: (count) => (count === 1 ? 'in einer Sekunde' : `in ${count} Sekunden`),
    minutes: (count) => (count === 1 ? 'in einer Minute' : `in ${count} Minuten`),
  },
};

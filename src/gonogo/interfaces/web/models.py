"""Models and their versions: lists, one version with its evidence, its card, measuring again."""

from gonogo.core.caller import Caller
from gonogo.core.errors import GonogoError, Stale
from gonogo.core.roles import Action
from gonogo.core.times import moment
from gonogo.domain.models import actions, sealing, tables
from gonogo.interfaces.web.forms import parsed, refused_page
from gonogo.interfaces.web.kit import Done, Form, Pages, Shown
from gonogo.interfaces.web.measurements import measured_soon
from gonogo.interfaces.web.needs import WebNeeds
from gonogo.schemas import models as schemas
from gonogo.store.work import Work
from gonogo.views import cards, more_data, versions
from gonogo.views import models as views

pages = Pages("models")


@pages.get("/models", template="models.html")
def listed(work: Work, cursor: str | None = None) -> views.ModelsPage:
    """All registered models."""
    return views.models(work, cursor)


@pages.get("/models/{name}", template="model.html")
def show(work: Work, name: str, at: str = "") -> views.ModelPage:
    """One model; with `at`, also what was champion then."""
    asked = at.strip()
    return views.model(work, name, moment(asked, "at") if asked else None, asked)


@pages.get("/models/{name}/{version}", template="version.html")
def version(work: Work, name: str, version: str) -> versions.VersionPage:
    """One version with its evidence."""
    return versions.version(work, name, version)


@pages.get("/more-data/{entry}", template="more_data.html")
def more(work: Work, entry: str) -> more_data.MoreDataPage:
    """Whether to buy more data, by the learning curve that an entry holds."""
    return more_data.more_data(work, entry)


@pages.post("/models/{name}/{version}/reproduce", action=Action.EVIDENCE_REPRODUCE)
def reproduce(needs: WebNeeds, caller: Caller, name: str, version: str, form: Form) -> Done:
    """Have the server measure a version itself, from its sealed files and kept data."""
    asked = parsed(schemas.Reproduce, form).model_dump(mode="json", by_alias=True)
    with needs.open_work(caller, write=False) as work:
        subject = tables.get(work, name, version).subject
    return Done(f"/models/{name}/{version}", measured_soon(needs, caller, subject, asked))


@pages.post("/models/{name}/{version}/verify", action=Action.MODEL_REGISTER)
def verify(needs: WebNeeds, caller: Caller, name: str, version: str, form: Form) -> Done:  # noqa: ARG001  # as every form
    """Compare the files, there and here, with what was sealed; `Broken` names the one that differs.

    Reading them all is work for the server, so it takes the permission to register.
    """
    with needs.open_work(caller, write=False) as work:
        found = tables.get(work, name, version)
        work.allow(Action.MODEL_REGISTER, on=found.subject)
    sealing.verify(needs.files, needs.tracking, found.registration)
    count = len(found.registration.files)
    says = f"{count} file{'' if count == 1 else 's'} read again: each is what was sealed."
    return Done(f"/models/{name}/{version}", says)


@pages.get("/models/{name}/{version}/card", template="card_form.html")
def card_page(work: Work, name: str, version: str) -> cards.CardFormPage:
    """The form of the model card."""
    work.allow(Action.MODEL_REGISTER, on=tables.get(work, name, version).subject)
    return cards.card_form(work, name, version)


def _card_again(work: Work, name: str, version: str, form: Form, refused: GonogoError) -> Shown:
    shown = refused_page(refused)
    page = cards.card_form(work, name, version, values=form, refused=shown)
    return Shown("card_form.html", page)


@pages.post("/models/{name}/{version}/card", action=Action.MODEL_REGISTER, again=_card_again)
def write_card(work: Work, name: str, version: str, form: Form) -> Done:
    """Say what the model card says; the ledger keeps what it said before."""
    found = tables.get(work, name, version)
    if form.get("entry") != found.entry:
        raise Stale(field="entry", expected="the card as it is now: open it again, then edit")
    said = found.registration.card
    edited = actions.write_card(work, name, version, cards.card_of(said, form))
    says = "Nothing was changed." if edited.entry == found.entry else "The model card is written."
    return Done(f"/models/{name}/{version}", says)
